"""Makes the archives beside it: python make_archives.py. Sound ones hold data/bags.csv, hostile ones something to refuse."""

import io
import struct
import tarfile
import zipfile
import zlib
from pathlib import Path

HERE = Path(__file__).parent
NAME = "data/bags.csv"
CONTENT = "".join(f"{bag % 2},{bag},{bag}.5,-{bag}\n" for bag in range(1, 41)).encode()


def zip_info(name, mode=0o100644, method=zipfile.ZIP_DEFLATED):
    info = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
    info.external_attr = mode << 16
    info.compress_type = method
    info.create_system = 3
    return info


def make_zip(name, *members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for info, content in members:
            archive.writestr(info, content)
    (HERE / name).write_bytes(buffer.getvalue())
    return bytearray(buffer.getvalue())


def make_tar(name, *members, form=tarfile.USTAR_FORMAT):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as archive:
        for info, content in members:
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    (HERE / name).write_bytes(zlib_gzip(buffer.getvalue()) if name.endswith("gz") else buffer.getvalue())


def zlib_gzip(data):
    packer = zlib.compressobj(9, wbits=31)
    return packer.compress(data) + packer.flush()


def tar_info(name, kind=tarfile.REGTYPE, link=""):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


plain = (zip_info(NAME), CONTENT)
sound = make_zip("sound-deflated.zip", (zip_info("data/", 0o40755), b""), plain, (zip_info("notes.txt"), b"n"))
make_zip("sound-stored.zip", (zip_info(NAME, method=zipfile.ZIP_STORED), CONTENT))
make_zip("hostile-parent.zip", plain, (zip_info("../evil.csv"), b"x"))
make_zip("hostile-inner-parent.zip", plain, (zip_info("data/../../evil.csv"), b"x"))
make_zip("hostile-absolute.zip", plain, (zip_info("/tmp/evil.csv"), b"x"))
make_zip("hostile-drive.zip", plain, (zip_info("C:/evil.csv"), b"x"))
make_zip("hostile-backslash.zip", plain, (zip_info("..\\evil.csv"), b"x"))
make_zip("hostile-link.zip", plain, (zip_info("data/link", 0o120777), b"/etc/passwd"))
make_zip("hostile-twice.zip", plain, (zip_info(NAME), b"other"))

# A member whose directory entry states less than it unpacks to, one with another checksum, one cut off.
local = sound.find(NAME.encode()) - 30
entry = sound.rfind(NAME.encode()) - 46
for name, offset, value in [
    ("hostile-size.zip", 24, 10), ("hostile-sum.zip", 16, 1), ("hostile-start.zip", 42, 0xFFFFFFF0),
    ("hostile-packed-size.zip", 20, 0x7FFFFFFF), ("hostile-method.zip", 10, 12), ("hostile-encrypted.zip", 8, 1),
]:
    damaged = bytearray(sound)
    width = "<H" if offset in (8, 10) else "<I"
    struct.pack_into(width, damaged, entry + offset, value)
    (HERE / name).write_bytes(damaged)
(HERE / "hostile-cut.zip").write_bytes(sound[:-30])
# A run of zeros that unpacks to far more than the limit of the test.
make_zip("hostile-bomb.zip", (zip_info(NAME), bytes(4 << 20)))

make_tar("sound.tar.gz", (tar_info("data", tarfile.DIRTYPE), b""), (tar_info(NAME), CONTENT))
make_tar("sound.tar", (tar_info("./" + NAME), CONTENT))
long_name = "/".join(["a" * 90] * 2) + "/bags.csv"
make_tar("sound-long-gnu.tgz", (tar_info(long_name), CONTENT), form=tarfile.GNU_FORMAT)
make_tar("sound-long-pax.tgz", (tar_info("b" * 120 + "/bags.csv"), CONTENT), form=tarfile.PAX_FORMAT)
make_tar("hostile-parent.tar.gz", (tar_info(NAME), CONTENT), (tar_info("../evil.csv"), b"x"))
make_tar("hostile-absolute.tar.gz", (tar_info(NAME), CONTENT), (tar_info("/tmp/evil.csv"), b"x"))
make_tar("hostile-symlink.tar.gz", (tar_info(NAME), CONTENT), (tar_info("data/l", tarfile.SYMTYPE, "/etc"), b""))
make_tar("hostile-hardlink.tar.gz", (tar_info(NAME), CONTENT), (tar_info("data/l", tarfile.LNKTYPE, NAME), b""))
make_tar("hostile-device.tar.gz", (tar_info(NAME), CONTENT), (tar_info("data/d", tarfile.CHRTYPE), b""))
make_tar("hostile-pax.tgz", (tar_info("../" + "b" * 120), b"x"), (tar_info(NAME), CONTENT), form=tarfile.PAX_FORMAT)
make_tar("hostile-bomb.tar.gz", (tar_info(NAME), bytes(4 << 20)))
(HERE / "hostile-cut.tar").write_bytes((HERE / "sound.tar").read_bytes()[:700])
