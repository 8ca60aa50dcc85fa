import MILBags
import UserInput

#if HDF5
  /// A dataset of a file in memory.
  struct HDF5Dataset {
    /// The number of bytes by which a file refers to a text of variable length, or to an object.
    private static let (textReference, objectReference) = (16, 8)

    let image: HDF5Image
    /// The place of the dataset in its file, for errors.
    let field: String
    /// The sizes of the dimensions in HDF5's order; empty for a single value.
    let shape: [Int]
    /// The attributes that are short texts or numbers.
    let attributes: [String: String]
    private let header: HDF5Header

    /// Finds the header of a dataset.
    ///
    /// - Throws: `ReadError` for one that cannot be read.
    init(_ object: HDF5Object, field: String, in image: HDF5Image) throws {
      guard case .dataset(let header?) = object.kind else {
        throw ReadError(
          file: image.file, at: .field(field), found: "a header that libhdf5 \(HDF5Library.version) cannot read",
          expected: "a whole HDF5 file")
      }
      (self.header, self.field, self.image) = (header, field, image)
      (shape, attributes) = (header.shape ?? [], object.attributes)
    }

    /// Whether elements lead to other objects, as those of MATLAB's cells do.
    var holdsReferences: Bool { header.type.kind == .reference && header.type.size == Self.objectReference }
    /// Whether elements are texts.
    var holdsTexts: Bool { header.type.kind == .text }
    /// Whether elements are complex numbers: records of a real and an imaginary part.
    var holdsComplex: Bool { header.type.kind == .record && header.type.fieldCount == 2 }
    /// The type of its numbers; nil for other elements.
    var numberType: HDF5Type? { header.type.numbers }
    /// The type in words, for errors.
    var typeName: String { header.type.name }

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

    /// Returns its texts in the file's order.
    func texts(_ budget: inout Int) throws -> NumPyText {
      guard !header.type.isVariable else { return try variableTexts(&budget) }
      let length = header.type.size
      let raw = try raw(elementSize: length, &budget)
      let count = length == 0 ? 0 : raw.range.count / length
      guard header.type.padding == HDF5StoredType.spaces else {
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
      guard image.description.sizes == (8, 8) else {
        throw error("texts of variable length in a file with addresses of other than 8 bytes", Self.fixedTexts)
      }
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

    /// Returns the bytes of all elements; contiguous ones are those of the file.
    private func raw(elementSize: Int, _ budget: inout Int) throws -> (bytes: [UInt8], range: Range<Int>) {
      guard header.shape != nil else { throw error("an empty dataset", "numbers or text") }
      let packing = try HDF5Packing(
        of: header, elementSize: elementSize, in: FileContent(image.bytes, path: image.file), error)
      let count = (ArraySize.product(shape) ?? 0) * elementSize
      guard count > 0 else { return ([], 0..<0) }
      if let offset = packing.offset {
        guard count <= image.bytes.count - offset else { throw unreadable }
        return (image.bytes, offset..<offset + count)
      }
      // In the file, a text of variable length has another size than in memory.
      guard header.type.size == elementSize || header.type.isVariable && packing.chunks != nil else {
        throw unreadable
      }
      try take(count, &budget)
      guard let chunks = packing.chunks else {
        guard let bytes = packing.compact else { throw unreadable }
        return (bytes, bytes.indices)
      }
      var bytes = [UInt8](repeating: 0, count: count)
      var last: HDF5Chunks.Band?
      try bytes.withUnsafeMutableBytes { target in
        try chunks.copy(0..<shape[0], axis: 0, last: &last, into: target, orElse: { unreadable })
      }
      return (bytes, bytes.indices)
    }
  }
#endif
