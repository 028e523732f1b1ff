"""Takes one file out of the zip archive inside a source archive: unpack.py ARCHIVE.tar.gz ZIP_NAME OUTPUT."""

import io
import pathlib
import sys
import tarfile
import zipfile


def main() -> None:
    archive, zip_name, output = sys.argv[1:]
    with tarfile.open(archive) as source:
        member = next(member for member in source if pathlib.PurePosixPath(member.name).name == zip_name)
        packed = source.extractfile(member).read()
    with zipfile.ZipFile(io.BytesIO(packed)) as inner:
        (name,) = inner.namelist()
        pathlib.Path(output).write_bytes(inner.read(name))


if __name__ == "__main__":
    main()
