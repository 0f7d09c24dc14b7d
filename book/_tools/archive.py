"""Zip files that are the same, byte for byte, whenever and wherever they are made."""

from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

#: Files in a zip have a date; this is the earliest one.
EPOCH = (1980, 1, 1, 0, 0, 0)


def write(path, files, stored=()):
    """Write contents by name, in the order given; those in `stored` are not compressed."""
    with ZipFile(path, "w") as archive:
        for name, content in files.items():
            info = ZipInfo(name, EPOCH)
            info.create_system = 3  # otherwise that of the machine
            info.external_attr = 0o644 << 16
            info.compress_type = ZIP_STORED if name in stored else ZIP_DEFLATED
            archive.writestr(info, content, compresslevel=9)
