"""Writes folders of features as the programs that people use write them, with the same eight bags in each.

Needs numpy, h5py, torch and safetensors: python make_folders.py writes beside itself into folders/.

Bag k = 1 ... 8 has 2 + k % 4 instances of 4 features; its label is k % 2 (1 is tumor), its patient 2 ((k - 1) // 4) + k % 2. Instance r
(from 0) has the features k, r + k / 8, 2 * label + r / 4 and r / 8, the place (256 r, 512 k), and the label 1 where it is the
first of a positive bag. All numbers are exact in half precision.
"""
import os
import shutil
import zipfile

import h5py
import numpy as np
import torch
from safetensors.numpy import save_file

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "folders")
BAGS = range(1, 9)


def label(k): return k % 2
def name(k): return ["normal", "tumor"][label(k)]
def count(k): return 2 + k % 4
def slide(k): return f"s{k}"
def patient(k): return f"p{(k - 1) // 4 * 2 + k % 2}"


def features(k, dtype=np.float32):
    rows = [[k, r + k / 8, 2 * label(k) + r / 4, r / 8] for r in range(count(k))]
    return np.array(rows, dtype=dtype)


def coords(k, dtype=np.int64):
    return np.array([[256 * r, 512 * k] for r in range(count(k))], dtype=dtype)


def patch_labels(k):
    return np.array([1 if label(k) and r == 0 else 0 for r in range(count(k))], dtype=np.int64)


def place(*parts):
    path = os.path.join(ROOT, *parts)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    return path


def text(path, lines):
    with open(place(*path.split("/")), "w") as file:
        file.write("\n".join(lines) + "\n")


def h5(path, arrays, chunk=None, root={}):
    with h5py.File(place(*path.split("/")), "w") as file:
        for key, value in arrays.items():
            attributes = {}
            if isinstance(value, tuple): value, attributes = value
            if chunk and value.ndim == 2 and len(value):
                data = file.create_dataset(
                    key, data=value, chunks=(chunk, value.shape[1]), maxshape=(None, value.shape[1]))
            else:
                data = file.create_dataset(key, data=value)
            for attribute, content in attributes.items(): data.attrs[attribute] = content
        for attribute, content in root.items(): file.attrs[attribute] = content


def npy(path, array): np.save(place(*path.split("/")), array)
def pt(path, value): torch.save(value, place(*path.split("/")))


def tables(folder, ending=""):
    text(f"{folder}/labels.csv", ["slide_id,label"] + [f"{slide(k)}{ending},{name(k)}" for k in BAGS])


def flat():
    # Ids with zeros in front, and numbers in another order than the alphabet's.
    for k in BAGS: npy(f"npy/{k:04}.npy", features(k, [np.float32, np.float64, np.float16][k % 3]))
    text("npy.csv", ["slide,patient,label"] + [f"{k:04},{patient(k)},{label(k)}" for k in reversed(BAGS)])
    for k in BAGS: np.savez(place("npz", slide(k) + ".npz"), features=features(k), coords=coords(k))
    tables("npz")
    for k in BAGS:
        save_file({"features": features(k), "coords": coords(k)}, place("safetensors", slide(k) + ".safetensors"))
    text("safetensors.csv", ["id,class"] + [f"{slide(k)},{label(k)}" for k in BAGS])
    for k in BAGS: npy(f"classes/{name(k)}/{slide(k)}.npy", features(k))


def clam():
    for k in BAGS:
        h5(f"clam/h5_files/{slide(k)}.h5", {"features": features(k), "coords": coords(k, np.int32)}, chunk=32)
        pt(f"clam/pt_files/{slide(k)}.pt", torch.from_numpy(features(k)))
    text("clam/dataset_csv/tumor.csv", ["case_id,slide_id,label"] + [
        f"{patient(k)},{slide(k)},{name(k)}_tissue" for k in BAGS] + ["p9,s9,normal_tissue"])
    parts = [((1, 2, 3, 4), (5, 6), (7, 8)), ((5, 6, 7, 8), (1, 2), (3, 4)), ((1, 2, 3, 4), (), (5, 6, 7, 8))]
    for i, (train, val, test) in enumerate(parts):
        rows = [f"{r}," + ",".join(slide(part[r]) if r < len(part) else "" for part in (train, val, test))
                for r in range(4)]
        text(f"clam/splits/splits_{i}.csv", [",train,val,test"] + rows)
        text(f"clam/splits/splits_{i}_bool.csv", [",train,val,test"] + [
            f"{slide(k)},{k in train},{k in val},{k in test}" for k in BAGS])


def trident():
    about = dict(
        patch_size=256, patch_size_level0=512, level0_magnification=40, target_magnification=20, overlap=0,
        name="s", savetodir="x", level0_width=4096, level0_height=4096)
    folder = "trident/20x_256px_0px_overlap"
    for k in BAGS:
        arrays = {"features": (features(k), {"encoder": "uni_v1"}), "coords": (coords(k), about)}
        h5(f"{folder}/features_uni_v1/{slide(k)}.h5", arrays, chunk=1)
        h5(f"{folder}/features_conch_v15/{slide(k)}.h5", {"features": features(k, np.float16), "coords": coords(k)}, 1)
        h5(f"{folder}/slide_features_titan/{slide(k)}.h5", {"features": features(k).mean(0), "coords": coords(k)})
    empty = {"features": np.zeros((0,), np.float32), "coords": np.zeros((0, 2), np.int64)}
    h5(f"{folder}/features_uni_v1/s10.h5", empty)
    text("trident/labels.csv", ["slide_id,label"] + [f"{slide(k)}.svs,{label(k)}" for k in BAGS] + ["s10.svs,0"])
    text("trident/k=all.tsv", ["\t".join(["case_id", "slide_id", "TP53", "fold_0", "fold_1"])] + [
        "\t".join([patient(k), slide(k), "wt" if label(k) == 0 else "mut", "test" if k < 5 else "train",
                   "test" if k > 4 else "train"]) for k in BAGS])


def stamp():
    root = dict(stamp_version="2.0.0", extractor="uni", unit="um", tile_size_um=256.0, tile_size_px=224, feat_type="tile")
    for k in BAGS:
        arrays = {"feats": features(k, np.float16), "coords": coords(k, np.float32)}
        h5(f"stamp/features/{'ab'[k % 2]}/{slide(k)}.h5", arrays, root=root)
    text("stamp/clini.csv", ["PATIENT,AGE,isMSIH"] + [f"{slide(k)}x,{60 + k},{'MSIH' if label(k) else 'nonMSIH'}" for k in BAGS])
    text("stamp/slide.csv", ["PATIENT,FILENAME"] + [f"{slide(k)}x,{'ab'[k % 2]}/{slide(k)}.h5" for k in BAGS])


def torchmil():
    base = "torchmil/patches_512"
    for k in BAGS:
        npy(f"{base}/features/features_resnet50/{slide(k)}.npy", features(k))
        npy(f"{base}/labels/{slide(k)}.npy", np.array([label(k)]))
        npy(f"{base}/patch_labels/{slide(k)}.npy", patch_labels(k).reshape(-1, 1))
        npy(f"{base}/coords/{slide(k)}.npy", coords(k))
    text("torchmil/splits.csv", ["bag_name,split"] + [f"{slide(k)},{'test' if k > 5 else 'train'}" for k in BAGS])


def manifests():
    for k in BAGS:
        value = {"feats": torch.from_numpy(features(k))} if k % 2 else torch.from_numpy(features(k))[None]
        pt(f"mil_baseline/pt/{slide(k)}.pt", value)
    text("mil_baseline/dataset.csv", ["slide_path,label"] + [f"pt/{slide(k)}.pt,{label(k)}" for k in BAGS])
    train, val, test = (1, 2, 3, 4), (5, 6), (7, 8)
    rows = [f"{r}," + ",".join(f"{slide(part[r])},{float(label(part[r])) if part is not train else label(part[r])}"
                               if r < len(part) else "," for part in (train, val, test)) for r in range(4)]
    for k in BAGS: pt(f"transmil/pt_files/{slide(k)}.pt", torch.from_numpy(features(k)))
    text("transmil/fold0.csv", [",train,train_label,val,val_label,test,test_label"] + rows)
    for k in BAGS:
        path = place("dsmil", name(k), slide(k) + ".csv")
        np.savetxt(path, features(k), delimiter=",", fmt="%.4f", header="0,1,2,3", comments="")
    text("dsmil/dsmil.csv", ["0,label"] + [f"{name(k)}/{slide(k)}.csv,{label(k)}" for k in BAGS])
    for k in BAGS: pt(f"mhim/pt_files/{slide(k)}.pt", torch.from_numpy(features(k)))
    text("mhim/label.csv", [f"{slide(k)},{name(k)}" for k in BAGS])
    for k in BAGS: h5(f"nnmil/features/{slide(k)}.h5", {"features": features(k), "coords": coords(k)})
    text("nnmil/dataset.csv", ["slide_id,patient_id,split,label"] + [
        f"{slide(k)},{patient(k)},{'test' if k > 6 else 'train'},{label(k)}" for k in BAGS])
    for k in BAGS: pt(f"mcat/pt_files/{slide(k)}.pt", torch.from_numpy(features(k)))
    text("mcat/table.csv", ["case_id,slide_id,survival_months,censorship"] + [
        f"{patient(k)},{slide(k)}.svs,{3.5 * (1 + int(patient(k)[1:]))},{k % 2}" for k in BAGS])


def others():
    for k in BAGS:
        pt(f"slideflow/bags/{slide(k)}.pt", torch.from_numpy(features(k)))
        np.savez(place("slideflow", "bags", slide(k) + ".index.npz"), coords(k))
        npy(f"tiatoolbox/{k - 1:03}.features.0.npy", features(k))
        npy(f"tiatoolbox/{k - 1:03}.position.npy", np.concatenate([coords(k), coords(k) + 256], axis=1))
    text("slideflow/annotations.csv", ["patient,slide,category"] + [f"{patient(k)},{slide(k)},{name(k)}" for k in BAGS])
    text("tiatoolbox.csv", ["name,label"] + [f"{k - 1:03},{label(k)}" for k in BAGS])


def wrong():
    h5("imgs/s1.h5", {"imgs": np.zeros((2, 4, 4, 3), np.uint8), "coords": coords(1)[:2]})
    text("imgs.csv", ["slide_id,label", "s1,1"])
    with zipfile.ZipFile(place("labels.xlsx"), "w") as file:
        for member, content in [("[Content_Types].xml", "<Types/>"), ("xl/workbook.xml", "<workbook/>")]:
            file.writestr(zipfile.ZipInfo(member), content)


def three():
    rows = [(k, row) for k in BAGS for row in features(k)]
    text("three/features.csv", [",".join(f"{v:g}" for v in row) for _, row in rows])
    text("three/bag_ids.csv", [slide(k) for k, _ in rows])
    text("three/labels.csv", [str(label(k)) for k, _ in rows])
    # The text of the HJA bird songs: several classes a bag.
    text("hja/hja_features.txt", ["bag_id, [segment features]"] + [f"{k}," + ",".join(f"{v:g}" for v in row) for k, row in rows])
    text("hja/hja_bag_labels.txt", ["bag_id, [labels]"] + [
        ",".join([str(k)] + ["1"] * label(k) + ["2"] * (k < 5)) for k in BAGS])
    text("hja/hja_instance_labels.txt", ["bag_id, instance_label"] + [
        f"{k},{1 if own else -1}" for k in BAGS for own in patch_labels(k)])
    text("hja/hja_class_names.txt", ["1\tWREN - Wren", "2\tTHRU - Thrush"])


if __name__ == "__main__":
    shutil.rmtree(ROOT, ignore_errors=True)
    for make in [flat, clam, trident, stamp, torchmil, manifests, others, wrong, three]: make()
