import Containers
import Foundation
import MILBags
import UserInput

/// Identifies the arrays of a file that hold features, places and instance labels.
enum FeatureArrays {
  /// The usual names of feature arrays.
  private static let keys = ["features", "feats", "patch_embeddings"]
  /// The usual names of place arrays.
  private static let placeKeys = ["coords", "coordinates", "positions", "locations"]

  /// The content of a bag's file.
  struct Content {
    /// The features; a list of numbers is one instance.
    var features: any InstanceSource
    /// The name of the feature array.
    let key: String
    /// Whether a list of numbers is the single instance.
    let isVector: Bool
    /// The places, if the file has them.
    var places: FileArray?
    /// Whether the file holds one array, which has no name: `.npy` and text.
    let isUnnamed: Bool
    /// The shape of the features in the file.
    var shape: [Int] = []
    /// The names of arrays, and of labels, that are neither features nor places, sorted.
    var others: [String] = []
    /// The number of instances.
    var count: Int { features.instanceCount }
    /// Whether there are no instances, for example because no tissue was found.
    var isEmpty: Bool { count == 0 || features.featureCount == 0 }
  }

  /// Reads the arrays of a bag's file.
  ///
  /// - Throws: ``ReadError`` that names the option, if several arrays or none could be the features.
  static func content(_ url: URL, _ options: ReadOptions) throws -> Content {
    let file = try ArrayFile(
      url, containers: ArrayContainers.all.map { $0 is DelimitedFile ? DelimitedFile(options) : $0 })
    let array = try features(of: file, options)
    let places = file.arrays.first {
      $0.name != array.name && placeKeys.contains(last($0.name)) && FileArray.rowsFirst($0.shape).count == 2
    }
    if options.paddingRows == nil { try refuseMask(in: file, of: array) }
    // Slide encoders and patients' files contain one vector.
    let isVector = array.shape.count == 1 && array.instanceCount > 0
    // A label may be a number or a text beside the arrays.
    let labels = file.attributes.keys.filter { ColumnNames.label.contains(ColumnNames.plain($0)) }
    let others = Set(file.arrays.map(\.name)).union(file.refused.keys).union(labels)
      .subtracting([array.name] + (places?.name).list)
    return Content(
      features: isVector ? RowVector(base: array) : array, key: array.name, isVector: isVector, places: places,
      isUnnamed: holdsOneArray(file), shape: array.shape, others: others.sorted(by: NumberedNames.areInOrder))
  }

  /// Refuses an array that says that some rows of the features are padding.
  private static func refuseMask(in file: ArrayFile, of features: FileArray) throws {
    let count = features.instanceCount
    for array in file.arrays where array.name != features.name && ArrayRoles.isMask(ColumnNames.plain(last(array.name)))
    {
      guard array.shape.reduce(1, *) == count, let numbers = try? array.numbers(),
        numbers.allSatisfy({ $0 == 0 || $0 == 1 }), Set(numbers).count == 2
      else { continue }
      throw array.error(
        found:
          "\(numbers.count { $0 == 0 }) of \(count) rows of \(features.name) with 0 and the others with 1, as of a mask",
        expected:
          "files without padding, as features[mask] makes them; \(ReadOption.paddingRows.spelling) keep where all "
          + "rows are instances")
    }
  }

  /// Whether a file holds one array that has no name.
  private static func holdsOneArray(_ file: ArrayFile) -> Bool {
    file.arrays.count == 1 && (file.container == "npy" || file.container == "csv")
  }

  private static func last(_ name: String) -> String {
    name.split(whereSeparator: { $0 == "/" || $0 == "." }).last.map(String.init) ?? name
  }

  private static func features(of file: ArrayFile, _ options: ReadOptions) throws -> FileArray {
    if let key = options.featureKey {
      if holdsOneArray(file) { return file.arrays[0] }
      return try file.array(key)
    }
    if let known = try file.array(amongst: keys) { return try checked(known) }
    // The names may be paths within the file.
    let named = file.arrays.filter { keys.contains(last($0.name)) }
    if named.count == 1 { return try checked(named[0]) }
    let matrices = file.arrays.filter { array in
      [.half, .bfloat16, .single, .double].contains(array.type) && array.shape.count >= 2
        && !placeKeys.contains(last(array.name))
    }
    if named.isEmpty, matrices.count == 1 { return try checked(matrices[0]) }
    if named.isEmpty, file.arrays.count == 1 { return try checked(file.arrays[0]) }
    if named.isEmpty, matrices.isEmpty, let images = file.arrays.first(where: { $0.shape.count == 4 }) {
      throw images.error(
        found: "images of shape \(ArraySize.text(images.shape)), as old patch files have, and no features",
        expected: "features of them, as CLAM's extract_features_fp.py writes them")
    }
    if named.isEmpty, matrices.isEmpty,
      let objects = file.refused.sorted(by: { $0.key < $1.key }).first(where: { NumPyLayout.isOfObjects($0.value) })
    {
      throw objects.value
    }
    throw ReadError(
      file: file.url.path, found: file.summary,
      expected: (named.count > 1 || matrices.count > 1 ? "one array of features" : "an array of features")
        + " called features, feats or patch_embeddings, or \(ReadOption.featureKey.spelling) NAME"
        + (file.arrays.contains { $0.name.hasPrefix("arr_") }
          ? "; arrays get names by numpy.savez(FILE, features=..., coords=...)" : ""))
  }

  private static func checked(_ array: FileArray) throws -> FileArray {
    guard array.shape.count < 4, !(array.shape.count == 4 && array.type == .uint8) else {
      throw array.error(
        found: "images of shape \(ArraySize.text(array.shape)), as old patch files have, and no features",
        expected: "features of them, as CLAM's extract_features_fp.py writes them")
    }
    guard array.shape.count < 3 || array.shape.dropLast(2).allSatisfy({ $0 == 1 }) else {
      throw array.error(expected: "numbers of shape (instances, features)")
    }
    return array
  }

  /// Returns the only array of a file, or the first with one of some names.
  static func only(_ url: URL, _ options: ReadOptions, called names: [String] = []) throws -> FileArray {
    let file = try ArrayFile(url)
    if file.arrays.count == 1 { return file.arrays[0] }
    if let named = try file.array(amongst: names) { return named }
    throw ReadError(
      file: url.path, found: file.summary,
      expected: "one array" + (names.isEmpty ? "" : ", or one called \(names.joined(separator: " or "))"))
  }

  /// Returns the places of an array, its first two columns.
  ///
  /// - Throws: ``ReadError`` for another number of rows.
  static func places(_ array: FileArray, count: Int) throws -> [InstancePlace] {
    guard array.instanceCount == count, array.featureCount >= 2 else {
      throw array.error(expected: "two numbers for each of the \(count) instances")
    }
    let (numbers, width) = (try array.numbers(), array.featureCount)
    return (0..<count).map { InstancePlace(x: numbers[$0 * width], y: numbers[$0 * width + 1]) }
  }
}

/// A list of numbers as a single instance.
struct RowVector: InstanceSource {
  let base: FileArray

  var instanceCount: Int { 1 }
  var featureCount: Int { base.instanceCount }
  var isFinite: Bool { base.isFinite }

  func read(_ rows: Range<Int>, into block: inout InstanceBlock) throws {
    for _ in rows { try base.read(0..<base.instanceCount, into: &block) }
  }
}
