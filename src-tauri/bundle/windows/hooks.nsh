; What the installer does besides copying files.
;
; The program is offered under "Open with" for the files it reads. What opens them by default is left alone: that is
; why tauri.windows.conf.json takes the file associations away, for the ones of Tauri's own script would replace it.

!define BUZZ_CLASS "BuzzCSV.Table"

!macro BUZZ_OFFER EXTENSION
  WriteRegStr SHCTX "Software\Classes\.${EXTENSION}\OpenWithProgids" "${BUZZ_CLASS}" ""
  WriteRegStr SHCTX "Software\Classes\Applications\${MAINBINARYNAME}.exe\SupportedTypes" ".${EXTENSION}" ""
!macroend

!macro BUZZ_WITHDRAW EXTENSION
  DeleteRegValue SHCTX "Software\Classes\.${EXTENSION}\OpenWithProgids" "${BUZZ_CLASS}"
!macroend

!macro BUZZ_EACH MACRO
  !insertmacro ${MACRO} "csv"
  !insertmacro ${MACRO} "tsv"
  !insertmacro ${MACRO} "xlsx"
  !insertmacro ${MACRO} "xls"
  !insertmacro ${MACRO} "ods"
  !insertmacro ${MACRO} "parquet"
!macroend

; Puts the folder of the program, and so the command `buzz`, on the person's path, or takes it off. NSIS itself cuts
; long values off, so that PowerShell does it.
!macro BUZZ_PATH KEPT
  nsExec::Exec `powershell -NoProfile -NonInteractive -Command "$$own = '$INSTDIR'; $$all = @([Environment]::GetEnvironmentVariable('Path', 'User') -split ';' | Where-Object { $$_ -and $$_ -ne $$own }); if (${KEPT}) { $$all += $$own }; [Environment]::SetEnvironmentVariable('Path', ($$all -join ';'), 'User')"`
  Pop $0
!macroend

!macro NSIS_HOOK_POSTINSTALL
  WriteRegStr SHCTX "Software\Classes\${BUZZ_CLASS}" "" "Table"
  WriteRegStr SHCTX "Software\Classes\${BUZZ_CLASS}\DefaultIcon" "" "$INSTDIR\${MAINBINARYNAME}.exe,0"
  WriteRegStr SHCTX "Software\Classes\${BUZZ_CLASS}\shell\open\command" "" '"$INSTDIR\${MAINBINARYNAME}.exe" "%1"'
  WriteRegStr SHCTX "Software\Classes\Applications\${MAINBINARYNAME}.exe\shell\open\command" "" '"$INSTDIR\${MAINBINARYNAME}.exe" "%1"'
  !insertmacro BUZZ_EACH BUZZ_OFFER
  !insertmacro BUZZ_PATH "$$true"
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, i 0, i 0)'
!macroend

!macro NSIS_HOOK_POSTUNINSTALL
  !insertmacro BUZZ_EACH BUZZ_WITHDRAW
  DeleteRegKey SHCTX "Software\Classes\${BUZZ_CLASS}"
  DeleteRegKey SHCTX "Software\Classes\Applications\${MAINBINARYNAME}.exe"
  !insertmacro BUZZ_PATH "$$false"
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, i 0, i 0)'
!macroend
