import Containers
import Foundation
import LinearAlgebra
import MILBags
import Output
import UserInput

/// Bags in one mapped file: features in single or half precision, places and labels of instances, and the table of
/// bags.
///
/// The file is a safetensors file, so other programs can read its arrays `features` (instances x features), `places`
/// and `instance_labels`. Its metadata hold the table as JSON under `milbench_bags`.
///
/// Source: the layout of safetensors, Hugging Face, <https://github.com/huggingface/safetensors>.
package struct PackedBags: DatasetFormat {
  /// The type of the features.
  package enum Precision: String, Sendable, CaseIterable {
    case float16, float32

    fileprivate var dtype: String { self == .float16 ? "F16" : "F32" }
    fileprivate var size: Int { self == .float16 ? 2 : 4 }
  }

  /// Creates the format.
  package init() {}

  /// The format's id.
  package var id: String { "packed-bags" }
  /// The layout in a few words.
  package var summary: String { "a file of bags that 'milbench data import' packed" }

  private static let key = "milbench_bags"
  /// The first bytes of every such header.
  private static let start = "{\"__metadata__\":{\"\(key)\":"
  private static let longestHeader = 1 << 30

  private struct Layout: Codable {
    var dtype: String
    var shape: [Int]
    var data_offsets: [Int]
  }

  private struct Header: Codable {
    var __metadata__: [String: String]
    var features: Layout
    var places: Layout?
    var instance_labels: Layout?
  }

  /// Whether content is a file of packed bags.
  package static func isPacked(_ content: Data) -> Bool {
    content.dropFirst(8).prefix(start.utf8.count).elementsEqual(start.utf8)
  }

  /// Whether a file contains packed bags.
  package func recognises(_ place: URL) -> Bool {
    guard let handle = try? FileHandle(forReadingFrom: place) else { return false }
    defer { try? handle.close() }
    return Self.isPacked((try? handle.read(upToCount: 8 + Self.start.utf8.count)) ?? Data())
  }

  // MARK: - Reading

  /// Opens a file; features stay in it.
  ///
  /// - Throws: `ReadError` for a truncated or damaged file, or for unsupported options.
  package func open(_ place: URL, _ options: ReadOptions) throws -> BagDataset {
    let unused = options.givenHere.filter { ![.splits, .format, .bagFeatures].contains($0) }
    guard unused.isEmpty else {
      throw ReadError(
        file: place.path, found: "\(unused.map(\.spelling).joined(separator: ", ")), of which packed bags have no use",
        expected: "a call without, or the folder that was packed")
    }
    let content = try FileContent(place, expected: "a file of packed bags")
    func damaged(_ found: String) -> ReadError {
      ReadError(file: place.path, found: found, expected: "packed bags as 'milbench data import' writes them")
    }
    let length = content.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    guard length <= Self.longestHeader, Int(length) <= content.count - 8 else {
      throw damaged("a header of \(length) bytes")
    }
    let start = 8 + Int(length)
    guard let header = try? JSONDecoder().decode(Header.self, from: Data(content.bytes(8..<start))),
      let text = header.__metadata__[Self.key],
      let packed = try? JSONDecoder().decode(PackedTable.self, from: Data(text.utf8))
    else { throw damaged("a header that cannot be read") }
    guard packed.version == PackedTable.currentVersion else { throw damaged("version \(packed.version) of the layout") }
    func array(_ name: String, _ layout: Layout) throws -> FileArray {
      let types: [String: ElementType] = ["F16": .half, "F32": .single, "F64": .double, "I8": .int8]
      guard let type = types[layout.dtype], layout.data_offsets.count == 2, layout.data_offsets[0] >= 0,
        layout.data_offsets[0] < 1 << 48
      else { throw damaged("the array \(name) of \(layout.dtype)") }
      let storage = try MappedRows(content, start: start + layout.data_offsets[0], shape: layout.shape, type: type) {
        damaged("\(content.count) bytes, fewer than the array \(name) needs")
      }
      return try FileArray(name, shape: layout.shape, type: type, file: place.path, storage: storage)
    }
    guard let offsets = packed.offsets, let targets = packed.targets, let count = offsets.last else {
      throw damaged("a table that does not fit together")
    }
    let features = try array("features", header.features)
    let places = try header.places.map { try FeatureArrays.places(array("places", $0), count: count) }
    let labels = try header.instance_labels.map { try array("instance_labels", $0).numbers() }
    var table = try BagTable(
      name: BagReader.stem(of: place), offsets: offsets, targets: targets, bagNames: packed.names,
      instanceLabels: labels.map { all in all.map { $0 < 0 ? nil : Int($0) } }, groups: packed.groups, places: places,
      featureNames: packed.featureNames)
    table.foldNames = packed.folds
    table.reading = try Self.reading(packed, options, place)
    let dataset = try BagDataset(table, features)
    do {
      return try packed.askedTask.map { try dataset.asking(for: $0) } ?? dataset
    } catch let error as TaskError {
      throw damaged("\(error)")
    }
  }

  /// Returns how the bags were read before they were packed; their labels must match a kept model's.
  private static func reading(_ packed: PackedTable, _ options: ReadOptions, _ place: URL) throws -> Reading {
    var reading = packed.reading
    let packedFrom = ReadDecision(.format, "packed from \(packed.source)")
    reading.decisions = [packedFrom] + reading.decisions.filter { $0.statement.hasPrefix("packed from ") == false }
    if !options.columns.hasLabels { reading.options.columns.hasLabels = false }
    if let known = options.knownLabels, reading.options.columns.hasLabels, let own = packed.classNames,
      !PositiveLabels.areTheSame(own, known)
    {
      throw ReadError(
        file: place.path, found: "bags with the labels \(own.joined(separator: ", "))",
        expected: "the model's labels, \(known.joined(separator: ", ")); --no-labels leaves labels unread")
    }
    return reading
  }

  // MARK: - Writing

  /// Packs bags into a file, a few megabytes at a time.
  ///
  /// - Parameters:
  ///   - loaded: the bags.
  ///   - precision: the type of the features.
  ///   - source: the origin of the bags, for people.
  ///   - file: the file to write.
  /// - Returns: the number of bytes.
  /// - Throws: `ReadError` for a feature beyond half precision, and errors of reading and writing.
  package static func write(
    _ loaded: LoadedDataset, precision: Precision, source: String, to file: URL
  ) throws -> Int {
    let dataset = loaded.dataset
    let table = try PackedTable(dataset, classNames: loaded.classNames, source: source)
    var end = 0
    func array(_ dtype: String, _ shape: [Int], _ size: Int) -> Layout {
      defer { end += shape.reduce(size, *) }
      return Layout(dtype: dtype, shape: shape, data_offsets: [end, end + shape.reduce(size, *)])
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(table), as: UTF8.self)
    let count = dataset.instanceCount
    // Places first, so that all arrays begin at multiples of their element size.
    let places = dataset.places.map { _ in array("F64", [count, 2], 8) }
    let features = array(precision.dtype, [count, dataset.featureCount], precision.size)
    let labels = dataset.instanceLabels.map { _ in array("I8", [count], 1) }
    let header = Header(
      __metadata__: [key: text], features: features, places: places, instance_labels: labels)
    var head = try encoder.encode(header)
    head.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (8 - head.count % 8) % 8))
    try WholeFile.write(to: file) { append in
      try append(Data((0..<8).map { UInt8(truncatingIfNeeded: head.count >> (8 * $0)) }))
      try append(head)
      for some in (dataset.places ?? []).chunks(of: 1 << 16) { try append(bytes(some.flatMap { [$0.x, $0.y] })) }
      var row = 0
      try dataset.source.forEachBlock { block in
        for start in stride(from: 0, to: block.count, by: 1 << 20) {
          let part = start..<min(start + 1 << 20, block.count)
          try append(
            precision == .float32
              ? Data(block.littleEndianBytes(at: part))
              : try halves(block, part, dataset, row: row + start / max(block.columns, 1), source))
        }
        row += block.rows
      }
      for some in (dataset.instanceLabels ?? []).chunks(of: 1 << 20) {
        try append(Data(some.map { UInt8(bitPattern: Int8($0 ?? -1)) }))
      }
    }
    return 8 + head.count + end
  }

  private static func bytes(_ numbers: [Double]) -> Data {
    Data(numbers.flatMap { number in (0..<8).map { UInt8(truncatingIfNeeded: number.bitPattern >> (8 * $0)) } })
  }

  private static func halves(
    _ block: Matrix<Float>, _ part: Range<Int>, _ dataset: BagDataset, row: Int, _ source: String
  ) throws -> Data {
    var data = Data(capacity: 2 * part.count)
    try block.withUnsafeElements { values in
      for index in part {
        let half = HalfPrecision.bits(values[index])
        guard half & 0x7fff < 0x7c00 else {
          throw ReadError(
            file: source, at: .field("instance \(row + 1) and those behind it"), found: "\(values[index])",
            expected: "features up to 65504 for half precision; --precision float32 keeps them")
        }
        data.append(UInt8(truncatingIfNeeded: half))
        data.append(UInt8(truncatingIfNeeded: half >> 8))
      }
    }
    return data
  }
}

/// Half-precision numbers, IEEE 754 binary16.
enum HalfPrecision {
  /// Returns the bits of the nearest number, ties to even; infinity beyond the largest.
  static func bits(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    let sign = UInt16(truncatingIfNeeded: bits >> 16) & 0x8000
    let magnitude = bits & 0x7fff_ffff
    if magnitude > 0x7f80_0000 { return sign | 0x7e00 }
    // From 65520, all values round to infinity.
    if magnitude >= 0x477f_f000 { return sign | 0x7c00 }
    if magnitude >= 0x3880_0000 {
      let shifted = magnitude - 0x3800_0000
      let rounded = shifted + 0x0fff + (shifted >> 13 & 1)
      return sign | UInt16(truncatingIfNeeded: rounded >> 13)
    }
    // Subnormal: a multiple of 2^-24, to which adding 0.5 rounds in single precision.
    let sum = Float(bitPattern: magnitude) + 0.5
    return sign | UInt16(truncatingIfNeeded: sum.bitPattern - 0x3f00_0000)
  }
}

extension Array {
  /// Returns the elements in pieces of at most `size`.
  fileprivate func chunks(of size: Int) -> [ArraySlice<Element>] {
    stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
  }
}
