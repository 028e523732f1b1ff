//! The stand-in, seen by another client than the one it was written beside.

mod boto3;
