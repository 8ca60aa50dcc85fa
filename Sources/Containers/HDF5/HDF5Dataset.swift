import MILBags
import UserInput

#if HDF5
  import CHDF5

  /// An open dataset of a file in memory; only holders of the library's lock may use it.
  struct HDF5Dataset {
    /// The number of bytes by which a file refers to a text of variable length, or to an object.
    private static let (textReference, objectReference) = (16, 8)

    let image: HDF5Image
    /// The place of the dataset in its file, for errors.
    let field: String
    /// The sizes of the dimensions in HDF5's order; empty for a single value.
    let shape: [Int]
    private let dataset: HDF5Handle
    private let type: HDF5Handle
    private let creation: HDF5Handle
    private let isNull: Bool

    /// Opens a dataset.
    ///
    /// - Throws: `ReadError` for a header that cannot be read, or with too many elements to count.
    init(_ dataset: HDF5Handle, field: String, in image: HDF5Image) throws {
      (self.dataset, self.field, self.image) = (dataset, field, image)
      let damaged = ReadError(
        file: image.file, at: .field(field), found: "a header that libhdf5 \(HDF5Library.version) cannot read",
        expected: "a whole HDF5 file")
      guard let space = HDF5Handle(H5Dget_space(dataset.id), H5Sclose),
        let type = HDF5Handle(H5Dget_type(dataset.id), H5Tclose),
        let creation = HDF5Handle(H5Dget_create_plist(dataset.id), H5Pclose)
      else { throw damaged }
      (self.type, self.creation) = (type, creation)
      isNull = H5Sget_simple_extent_type(space.id) == H5S_NULL
      let rank = isNull ? 0 : H5Sget_simple_extent_ndims(space.id)
      guard (0...32).contains(rank) else { throw damaged }
      var sizes = [hsize_t](repeating: 0, count: Int(rank))
      guard H5Sget_simple_extent_dims(space.id, &sizes, nil) == rank else { throw damaged }
      shape = sizes.map { Int(clamping: $0) }
    }

    /// The attributes that are short texts or numbers.
    var attributes: [String: String] { HDF5Attributes.all(of: dataset.id) }
    /// Whether elements lead to other objects, as those of MATLAB's cells do.
    var holdsReferences: Bool {
      H5Tget_class(type.id) == H5T_REFERENCE && H5Tget_size(type.id) == Self.objectReference
    }
    /// Whether elements are texts.
    var holdsTexts: Bool { H5Tget_class(type.id) == H5T_STRING }
    /// Whether elements are complex numbers: records of a real and an imaginary part.
    var holdsComplex: Bool { H5Tget_class(type.id) == H5T_COMPOUND && H5Tget_nmembers(type.id) == 2 }
    /// The type of its numbers; nil for other elements.
    var numberType: HDF5Type? { HDF5Type(type.id) }
    /// The type in words, for errors.
    var typeName: String { HDF5Type.name(type.id) }

    /// Creates an error about the dataset.
    func error(_ found: String, _ expected: String) -> ReadError {
      ReadError(file: image.file, at: .field(field), found: found, expected: expected)
    }

    /// Returns its numbers in the file's order.
    ///
    /// - Parameter budget: the number of bytes that may still be unpacked.
    /// - Throws: `ReadError` for other elements, and for numbers that cannot be read.
    func numbers(_ budget: inout Int) throws -> StoredNumbers {
      guard let kind = numberType else { throw error(typeName, "numbers of 1 to 8 bytes, float16 to float64") }
      let raw = try raw(elementSize: kind.element.size, &budget)
      return StoredNumbers(bytes: raw.bytes, range: raw.range, kind: kind.element, isBigEndian: kind.isBigEndian)
    }

    /// Returns the objects that its elements lead to, in the file's order.
    func references(_ budget: inout Int) throws -> [UInt64] {
      let raw = try raw(elementSize: Self.objectReference, &budget)
      return stride(from: raw.range.lowerBound, to: raw.range.upperBound, by: Self.objectReference).map { place in
        raw.bytes[place..<place + Self.objectReference].reversed().reduce(0) { $0 << 8 | UInt64($1) }
      }
    }

    /// Opens the object that a reference leads to; nil if there is none.
    func object(_ reference: UInt64) -> HDF5Handle? {
      // Zero is the reference that was never set.
      reference == 0 ? nil : HDF5Handle(chdf5_dereference(dataset.id, reference), H5Oclose)
    }

    /// Returns its texts in the file's order.
    func texts(_ budget: inout Int) throws -> NumPyText {
      guard H5Tis_variable_str(type.id) <= 0 else { return try variableTexts(&budget) }
      let length = H5Tget_size(type.id)
      let raw = try raw(elementSize: length, &budget)
      let count = length == 0 ? 0 : raw.range.count / length
      guard H5Tget_strpad(type.id) == H5T_STR_SPACEPAD else {
        return NumPyText(
          bytes: raw.bytes, range: raw.range, unit: 1, length: length, count: count, isBigEndian: false)
      }
      let texts = (0..<count).map { index in
        let start = raw.range.lowerBound + index * length
        let end = raw.bytes[start..<start + length].lastIndex { $0 != 0x20 }.map { $0 + 1 } ?? start
        return raw.bytes[start..<end]
      }
      return try padded(texts, &budget)
    }

    /// Returns the texts of variable length.
    ///
    /// The library would read them by lengths in the file that nothing bounds, so this follows the file's references to
    /// its heaps itself.
    private func variableTexts(_ budget: inout Int) throws -> NumPyText {
      var (offsetSize, lengthSize) = (0, 0)
      guard let own = HDF5Handle(H5Iget_file_id(dataset.id), H5Fclose),
        let settings = HDF5Handle(H5Fget_create_plist(own.id), H5Pclose),
        H5Pget_sizes(settings.id, &offsetSize, &lengthSize) >= 0, offsetSize == 8, lengthSize == 8
      else { throw error("texts of variable length in a file with addresses of other than 8 bytes", Self.fixedTexts) }
      let raw = try raw(elementSize: Self.textReference, &budget)
      var heaps = HDF5Heaps(image.bytes, base: image.base)
      let texts = try stride(from: raw.range.lowerBound, to: raw.range.upperBound, by: Self.textReference).map {
        place in
        guard let text = heaps.text(raw.bytes[place..<place + Self.textReference]) else {
          throw error(
            "text \((place - raw.range.lowerBound) / Self.textReference + 1) of a length or a place beyond the file's",
            "a whole HDF5 file")
        }
        return text
      }
      return try padded(texts, &budget)
    }

    private static let fixedTexts = "texts of fixed length, as array.astype('S') makes them"

    /// Returns texts as ones of the same length.
    private func padded(_ texts: [ArraySlice<UInt8>], _ budget: inout Int) throws -> NumPyText {
      let length = max(1, texts.map(\.count).max() ?? 0)
      guard let count = ArraySize.product([texts.count, length]) else { throw unreadable }
      try take(count, &budget)
      var bytes: [UInt8] = []
      bytes.reserveCapacity(count)
      for text in texts {
        bytes += text
        bytes += repeatElement(0, count: length - text.count)
      }
      return NumPyText(
        bytes: bytes, range: bytes.indices, unit: 1, length: length, count: texts.count, isBigEndian: false)
    }

    private var unreadable: ReadError { error("values that libhdf5 cannot read", "a whole HDF5 file") }

    private func take(_ bytes: Int, _ budget: inout Int) throws {
      guard bytes <= budget else {
        throw error("datasets of more than \(budget) bytes unpacked", "fewer in a file of \(image.bytes.count) bytes")
      }
      budget -= bytes
    }

    /// Returns the bytes of an element that was never written; nil for elements of variable length.
    private func fill(elementSize: Int) -> [UInt8]? {
      guard H5Tis_variable_str(type.id) == 0, H5Tget_size(type.id) == elementSize else { return nil }
      return HDF5Type.fill(creation.id, type.id, size: elementSize)
    }

    /// Returns the bytes of all elements; contiguous ones are those of the file.
    private func raw(elementSize: Int, _ budget: inout Int) throws -> (bytes: [UInt8], range: Range<Int>) {
      guard !isNull else { throw error("an empty dataset", "numbers or text") }
      let packing = try HDF5Packing(
        of: dataset.id, creation.id, shape: shape, elementSize: elementSize, fill: { fill(elementSize: elementSize) },
        fileSize: image.bytes.count, error)
      let count = (ArraySize.product(shape) ?? 0) * elementSize
      guard count > 0 else { return ([], 0..<0) }
      if let offset = packing.offset {
        guard count <= image.bytes.count - offset else { throw unreadable }
        return (image.bytes, offset..<offset + count)
      }
      // In the file, a text of variable length has another size than in memory.
      guard H5Tget_size(type.id) == elementSize || H5Tis_variable_str(type.id) > 0 && packing.chunks != nil else {
        throw unreadable
      }
      try take(count, &budget)
      var bytes = [UInt8](repeating: 0, count: count)
      if let chunks = packing.chunks {
        var last: HDF5Chunks.Band?
        try bytes.withUnsafeMutableBytes { target in
          try chunks.copy(0..<shape[0], axis: 0, last: &last, into: target, orElse: { unreadable }) { offset in
            try chunks.stored(of: dataset.id, at: offset) { unreadable }
          }
        }
      } else {
        guard H5Dread(dataset.id, type.id, chdf5_all, chdf5_all, chdf5_default, &bytes) >= 0 else { throw unreadable }
      }
      return (bytes, bytes.indices)
    }
  }
#endif
