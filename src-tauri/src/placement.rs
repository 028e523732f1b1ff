//! Where the window was and how large, so that it opens there again.

use buzz_library::Library;
use serde::{Deserialize, Serialize};
use tauri::{LogicalPosition, LogicalSize, Monitor, WebviewWindow};

/// The key under which the library keeps it.
const KEY: &str = "window";
/// A window that has so little of its title on any screen cannot be moved with the pointer.
const GRIP: f64 = 50.0;
/// A window that is larger than any screen was not placed by a person.
const LARGEST: f64 = 20_000.0;

/// Where a window is, in pixels of a screen of usual density.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Placement {
    /// The left edge.
    pub x: f64,
    /// The upper edge.
    pub y: f64,
    /// The width of what is inside its frame.
    pub width: f64,
    /// The height of what is inside its frame.
    pub height: f64,
    /// Whether it fills the screen; the rest then says where it was before.
    pub maximized: bool,
}

/// A screen, as far as it matters here.
#[derive(Debug, Clone, Copy)]
struct Screen {
    position: LogicalPosition<f64>,
    size: LogicalSize<f64>,
}

impl From<&Monitor> for Screen {
    fn from(monitor: &Monitor) -> Self {
        let scale = monitor.scale_factor();
        Self {
            position: monitor.position().to_logical(scale),
            size: monitor.size().to_logical(scale),
        }
    }
}

impl Placement {
    /// Where the window is now. One that fills the screen is said to be where it was `before`.
    pub fn of(window: &WebviewWindow, before: Option<Self>) -> tauri::Result<Self> {
        let maximized = window.is_maximized()?;
        if let Some(before) = before
            && (maximized || window.is_fullscreen()? || window.is_minimized()?)
        {
            return Ok(Self {
                maximized,
                ..before
            });
        }
        let scale = window.scale_factor()?;
        let position: LogicalPosition<f64> = window.outer_position()?.to_logical(scale);
        let size: LogicalSize<f64> = window.inner_size()?.to_logical(scale);
        Ok(Self {
            x: position.x,
            y: position.y,
            width: size.width,
            height: size.height,
            maximized,
        })
    }

    /// Whether a person could reach the window on one of these screens, some of which may have been unplugged.
    pub fn is_reachable(&self, monitors: &[Monitor]) -> bool {
        let screens: Vec<Screen> = monitors.iter().map(Into::into).collect();
        self.is_on(&screens)
    }

    fn is_on(&self, screens: &[Screen]) -> bool {
        let sane = |length: f64| (1.0..=LARGEST).contains(&length);
        sane(self.width)
            && sane(self.height)
            && screens.iter().any(|Screen { position, size }| {
                let right = position.x + size.width;
                let bottom = position.y + size.height;
                self.x + self.width >= position.x + GRIP
                    && self.x + GRIP <= right
                    && self.y >= position.y
                    && self.y + GRIP <= bottom
            })
    }
}

/// Where the window was when it was last closed; what cannot be read counts as nothing.
///
/// # Errors
/// The library's.
pub fn kept(library: &Library) -> Result<Option<Placement>, buzz_library::Error> {
    let text = library.setting(KEY)?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

/// Keeps where the window is. That it cannot be kept is no reason to hold a close up.
pub fn keep(library: &Library, window: &WebviewWindow) {
    let before = kept(library).ok().flatten();
    let text = Placement::of(window, before)
        .map_err(|error| error.to_string())
        .and_then(|placement| serde_json::to_string(&placement).map_err(|error| error.to_string()));
    let kept = text.and_then(|text| {
        (library.set_setting(KEY, Some(&text))).map_err(|error| error.to_string())
    });
    if let Err(error) = kept {
        tracing::warn!(error, "the place of the window cannot be kept");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Placement = Placement {
        x: 100.0,
        y: 80.0,
        width: 1000.0,
        height: 700.0,
        maximized: false,
    };

    const SCREEN: Screen = Screen {
        position: LogicalPosition { x: 0.0, y: 0.0 },
        size: LogicalSize {
            width: 1600.0,
            height: 1000.0,
        },
    };

    #[test]
    fn a_window_on_a_screen_that_is_gone_is_not_put_there() {
        assert!(PLACE.is_on(&[SCREEN]));
        let beside = Placement { x: 1700.0, ..PLACE };
        assert!(!beside.is_on(&[SCREEN]));
        let second = Screen {
            position: LogicalPosition { x: 1600.0, y: 0.0 },
            ..SCREEN
        };
        assert!(beside.is_on(&[SCREEN, second]));
        assert!(!PLACE.is_on(&[]));
    }

    #[test]
    fn a_window_whose_title_cannot_be_reached_is_not_put_there() {
        for place in [
            Placement { y: -40.0, ..PLACE },
            Placement { y: 990.0, ..PLACE },
            Placement { x: -980.0, ..PLACE },
            Placement {
                width: 0.0,
                ..PLACE
            },
            Placement {
                height: f64::NAN,
                ..PLACE
            },
        ] {
            assert!(!place.is_on(&[SCREEN]), "{place:?}");
        }
        assert!(Placement { x: -400.0, ..PLACE }.is_on(&[SCREEN]));
    }

    #[test]
    fn it_is_kept_in_the_library() {
        let folder = tempfile::tempdir().unwrap();
        let library = Library::open(folder.path()).unwrap();
        assert_eq!(kept(&library).unwrap(), None);
        let text = serde_json::to_string(&PLACE).unwrap();
        library.set_setting(KEY, Some(&text)).unwrap();
        assert_eq!(kept(&library).unwrap(), Some(PLACE));
        library.set_setting(KEY, Some("{}")).unwrap();
        assert_eq!(kept(&library).unwrap(), None);
    }
}
