import MILBags
import UserInput

#if HDF5
  import CHDF5
  import UserInput

  /// The datasets of a file, found by hard links from its root group.
  struct HDF5Listing {
    private let content: FileContent
    private let isMATLAB: Bool
    private(set) var arrays: [FileArray] = []
    private(set) var refused: [String: ReadError] = [:]
    private(set) var attributes: [String: String] = [:]

    init(_ content: FileContent, isMATLAB: Bool) { (self.content, self.isMATLAB) = (content, isMATLAB) }

    /// Reads the file's datasets and attributes.
    mutating func fill(_ access: borrowing HDF5Library.Access) throws {
      try HDF5Trial.pass(content.path, access)
      guard let file = HDF5Handle(chdf5_open(content.path), H5Fclose) else {
        throw ReadError(file: content.path, found: "a file that libhdf5 cannot open", expected: "a whole HDF5 file")
      }
      guard let root = HDF5Handle(H5Gopen2(file.id, "/", chdf5_default), H5Gclose) else {
        throw ReadError(file: content.path, found: "no root group", expected: "a whole HDF5 file")
      }
      attributes = HDF5Attributes.all(of: root.id)
      let isMATLAB = isMATLAB
      var walk = HDF5Walk(content.path) { isMATLAB && $0.hasPrefix("#") }
      try walk.all(below: root) { object, path in
        if case .dataset(let dataset) = object {
          do {
            arrays.append(try array(dataset.id, path))
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

    private func array(_ dataset: hid_t, _ path: String) throws -> FileArray {
      let attributes = HDF5Attributes.all(of: dataset)
      let damaged = error(
        path, "a header that libhdf5 \(HDF5Library.version) cannot read",
        "a whole file of that version, as h5py.File(FILE, 'w', libver=('earliest', 'v110')) writes it")
      guard let space = HDF5Handle(H5Dget_space(dataset), H5Sclose),
        let type = HDF5Handle(H5Dget_type(dataset), H5Tclose),
        let creation = HDF5Handle(H5Dget_create_plist(dataset), H5Pclose)
      else { throw damaged }
      guard let numbers = HDF5Type(type.id) else {
        throw error(path, HDF5Type.name(type.id), "numbers of 1 to 8 bytes, float16 to float64")
      }
      guard H5Sget_simple_extent_type(space.id) != H5S_NULL, attributes["MATLAB_empty"] == nil else {
        throw error(path, "an empty dataset", "numbers")
      }
      let rank = H5Sget_simple_extent_ndims(space.id)
      guard (0...32).contains(rank) else { throw damaged }
      var sizes = [hsize_t](repeating: 0, count: Int(rank))
      guard H5Sget_simple_extent_dims(space.id, &sizes, nil) == rank else { throw damaged }
      let shape = sizes.map { Int(clamping: $0) }
      let packing = try HDF5Packing(
        of: dataset, creation.id, shape: shape, elementSize: numbers.element.size,
        fill: { HDF5Type.fill(creation.id, type.id, size: numbers.element.size) }, fileSize: content.count
      ) { error(path, $0, $1) }
      let storage: any ArrayStorage
      if let offset = packing.offset {
        storage = try MappedRows(
          content, start: offset, shape: isMATLAB ? shape.reversed() : shape,
          strides: isMATLAB ? MappedRows.strides(shape).reversed() : MappedRows.strides(shape), type: numbers.element
        ) { error(path, "shape \(ArraySize.text(shape)) at byte \(offset)", "numbers within the file") }
      } else {
        storage = HDF5Rows(
          file: content.path, path: path, shape: shape, size: numbers.element.size, chunks: packing.chunks,
          isTurned: isMATLAB)
      }
      return try FileArray(
        path, shape: isMATLAB ? shape.reversed() : shape, type: numbers.element, isBigEndian: numbers.isBigEndian,
        attributes: attributes, file: content.path, storage: storage)
    }
  }

  /// HDF5 attributes as texts.
  enum HDF5Attributes {
    private static let maximumCount = 256
    /// The longest list of numbers that becomes a text.
    private static let maximumLength = 32
    /// The longest text, in bytes.
    private static let maximumText = 1 << 16

    /// Returns an object's attributes that are a text of fixed length or a few numbers; others are left out.
    static func all(of object: hid_t) -> [String: String] {
      var result: [String: String] = [:]
      for index in 0..<maximumCount {
        guard
          let attribute = HDF5Handle(
            H5Aopen_by_idx(object, ".", H5_INDEX_NAME, H5_ITER_INC, hsize_t(index), chdf5_default, chdf5_default),
            H5Aclose)
        else { break }
        let length = H5Aget_name(attribute.id, 0, nil)
        guard (1...1024).contains(length) else { continue }
        var name = [CChar](repeating: 0, count: length + 1)
        guard H5Aget_name(attribute.id, length + 1, &name) >= 0 else { continue }
        let key = String(decoding: name.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        result[key] = text(attribute.id)
      }
      return result
    }

    private static func text(_ attribute: hid_t) -> String? {
      guard let type = HDF5Handle(H5Aget_type(attribute), H5Tclose),
        let space = HDF5Handle(H5Aget_space(attribute), H5Sclose), H5Sget_simple_extent_type(space.id) != H5S_NULL
      else { return nil }
      let count = Int(H5Sget_simple_extent_npoints(space.id))
      if H5Tget_class(type.id) == H5T_STRING { return count == 1 ? text(attribute, type.id) : nil }
      guard let numbers = HDF5Type(type.id), (1...maximumLength).contains(count) else { return nil }
      var bytes = [UInt8](repeating: 0, count: count * numbers.element.size)
      guard H5Aread(attribute, type.id, &bytes) >= 0 else { return nil }
      let values = StoredNumbers(
        bytes: bytes, range: bytes.indices, kind: numbers.element, isBigEndian: numbers.isBigEndian
      ).texts
      return values.joined(separator: ", ")
    }

    /// Reads a single text of fixed length; nil for others.
    ///
    /// The library reads a text of variable length by a length in the file that nothing bounds. A damaged one would
    /// fill the memory.
    private static func text(_ attribute: hid_t, _ type: hid_t) -> String? {
      guard H5Tis_variable_str(type) == 0 else { return nil }
      let length = H5Tget_size(type)
      guard (1...maximumText).contains(length) else { return nil }
      var bytes = [UInt8](repeating: 0, count: length)
      guard H5Aread(attribute, type, &bytes) >= 0 else { return nil }
      let end = bytes.lastIndex { $0 != 0 && $0 != 0x20 }.map { $0 + 1 } ?? 0
      return String(decoding: bytes[..<end].prefix { $0 != 0 }, as: UTF8.self)
    }
  }
#endif
