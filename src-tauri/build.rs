//! Tells Tauri where this application keeps what its window may call, and stops early when there is no window to show.

use std::path::Path;

fn main() {
    // The window's pages become part of the program, so they must exist before it is compiled.
    println!("cargo:rerun-if-changed=ui/dist");
    println!("cargo:rerun-if-changed=src-tauri/capabilities");
    println!("cargo:rerun-if-changed=src-tauri/permissions");
    if !Path::new("ui/dist/index.html").exists() {
        println!(
            "cargo::error=ui/dist/index.html is missing: build the window's pages first with `npm run ui:build`, or let `npm start` do everything"
        );
        return;
    }
    let attributes = tauri_build::Attributes::new()
        .capabilities_path_pattern("./src-tauri/capabilities/**/*")
        // Since this manifest names commands, every command that it does not name is refused.
        .app_manifest(
            tauri_build::AppManifest::new()
                .permissions_path_pattern("./src-tauri/permissions/**/*"),
        );
    if let Err(error) = tauri_build::try_build(attributes) {
        // One line is one instruction to cargo.
        println!("cargo::error={}", format!("{error:#}").replace('\n', " "));
    }
}
