import Containers
import MILBags
import UserInput

extension BagFormat {
  /// HDF5 file of features, bag numbers and labels, by the rules of NumPy archives.
  package static let hdf5 = BagFormat(
    "h5", "HDF5 file of the datasets features, bag and labels", options: .ofArrays,
    .binary(recognises: HDF5File.hasSignature) { bytes, file, name, options in
      let archive = try HDF5Archive(bytes: bytes, file: file)
      var bags = try NumPyBags.read(archive, file: file, name: name, options: options)
      if !archive.group.isEmpty {
        bags.decisions.insert(
          ReadDecision(.format, "arrays of the group \(archive.group.onOneLine(limit: 80)), which has all of them"),
          at: 0)
      }
      return bags
    })
}
