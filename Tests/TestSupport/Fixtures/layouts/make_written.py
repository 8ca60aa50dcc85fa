"""Makes written.npz, what the writer of archives must give byte for byte: python3 make_written.py (NumPy 2.4)."""
import io, os, zipfile
import numpy as np

folder = os.path.dirname(os.path.abspath(__file__))
arrays = {
    "instances": np.array([[0.5, -1, 3e-38], [2, 1 / 3, -0.0]], dtype=np.float32),
    "starts": np.array([0, 1]),
    "labels": np.array([-1, 2**40 + 1]),
}
path = os.path.join(folder, "written.npz")
with zipfile.ZipFile(path, "w") as archive:
    for name, array in arrays.items():
        content = io.BytesIO()
        np.lib.format.write_array(content, array)
        member = zipfile.ZipInfo(name + ".npy", date_time=(1980, 1, 1, 0, 0, 0))
        archive.writestr(member, content.getvalue())
loaded = np.load(path)
assert all((loaded[name] == array).all() and loaded[name].dtype == array.dtype for name, array in arrays.items())
