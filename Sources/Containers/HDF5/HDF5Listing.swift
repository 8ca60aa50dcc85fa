import MILBags
import UserInput

#if HDF5
  /// The datasets of a file, found by hard links from its root group.
  struct HDF5Listing {
    private let content: FileContent
    private let isMATLAB: Bool
    private(set) var arrays: [FileArray] = []
    private(set) var refused: [String: ReadError] = [:]
    private(set) var attributes: [String: String] = [:]

    init(_ content: FileContent, isMATLAB: Bool) { (self.content, self.isMATLAB) = (content, isMATLAB) }

    /// Reads the file's datasets and attributes.
    mutating func fill() throws {
      let description = try HDF5Library.describe(content.path)
      attributes = description.root.attributes
      let isMATLAB = isMATLAB
      var walk = HDF5Walk(content.path, description) { isMATLAB && $0.hasPrefix("#") }
      try walk.all { object, path in
        if case .dataset(let dataset) = object {
          do {
            arrays.append(try array(dataset, path))
          } catch let error as ReadError {
            refused[path] = error
          }
        } else if let (found, expected) = object.problem(
          expecting: "a whole HDF5 file that libhdf5 \(HDF5Library.version) reads, as h5py.File(NEW, 'w', "
            + "libver=('earliest', 'v110')) makes one")
        {
          refused[path] = error(path, found, expected)
        }
      }
    }

    private func error(_ name: String, _ found: String, _ expected: String) -> ReadError {
      ReadError(
        file: content.path, at: .field("dataset \(name.onOneLine(limit: 80))"), found: found, expected: expected)
    }

    private func array(_ dataset: HDF5Object, _ path: String) throws -> FileArray {
      let attributes = dataset.attributes
      let damaged = error(
        path, "a header that libhdf5 \(HDF5Library.version) cannot read",
        "a whole file of that version, as h5py.File(FILE, 'w', libver=('earliest', 'v110')) writes it")
      guard case .dataset(let header?) = dataset.kind else { throw damaged }
      guard let numbers = header.type.numbers else {
        throw error(path, header.type.name, "numbers of 1 to 8 bytes, float16 to float64")
      }
      guard let shape = header.shape, attributes["MATLAB_empty"] == nil else {
        throw error(path, "an empty dataset", "numbers")
      }
      let packing = try HDF5Packing(of: header, elementSize: numbers.element.size, in: content) {
        error(path, $0, $1)
      }
      let storage: any ArrayStorage
      if let offset = packing.offset {
        storage = try MappedRows(
          content, start: offset, shape: isMATLAB ? shape.reversed() : shape,
          strides: isMATLAB ? MappedRows.strides(shape).reversed() : MappedRows.strides(shape), type: numbers.element
        ) { error(path, "shape \(ArraySize.text(shape)) at byte \(offset)", "numbers within the file") }
      } else {
        storage = HDF5Rows(
          file: content.path, path: path, shape: shape, size: numbers.element.size, chunks: packing.chunks,
          compact: packing.compact, isTurned: isMATLAB)
      }
      return try FileArray(
        path, shape: isMATLAB ? shape.reversed() : shape, type: numbers.element, isBigEndian: numbers.isBigEndian,
        attributes: attributes, file: content.path, storage: storage)
    }
  }
#endif
