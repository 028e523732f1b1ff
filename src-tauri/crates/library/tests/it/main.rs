//! The library as its callers see it, on a real disk and with real conversions.

mod crash;
mod datasets;
mod fixture;
mod opening;
mod records;
mod standalone;
