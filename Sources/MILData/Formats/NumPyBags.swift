import UserInput

import UserInput

/// Reads bags from NumPy files.
///
/// An archive (`.npz`) has an array a role, found by name whatever the case and underscores: features (instances x
/// features; further dimensions are laid side by side), bag numbers or names (one an instance), labels (one a bag, in
/// ascending order of the bags as `numpy.unique` gives them, or one an instance), and optionally instance labels and
/// groups. The names are those of ``FlatMAT/Role/names`` and ``optionalNames``. A single array (`.npy`) holds a label,
/// a bag number and the features of an instance in each row.
enum NumPyBags {
  /// The names of the roles that may be missing, in lower case without underscores.
  static let optionalNames = (
    instanceLabels: ["instancelabels", "instancelabel", "yinstance", "instancey"],
    groups: ["groups", "group", "patients", "patient", "patientids", "patientid", "slides", "subjects"]
  )

  /// The data set in a NumPy file.
  static func read(bytes: [UInt8], file: String, name: String, options: ReadOptions) throws -> ReadBags {
    guard ZipArchive.hasZipHeader(bytes) else {
      return try table(NumPyArray(bytes: bytes, file: file), name: name, options: options)
    }
    let archive = try NumPyArchive(bytes: bytes, file: file)
    func array(_ role: FlatMAT.Role) throws -> NumPyArray {
      if let array = try archive.array(named: role.names) { return array }
      let isLabelled = LabelledInstances.isMedMNIST(archive)
      throw ReadError(
        file: file, found: (isLabelled ? "labelled images and no bags: " : "") + archive.summary,
        expected: "an array of the \(role.summary)"
          + (isLabelled ? "; bags with a rare class can be drawn from labelled instances" : ""))
    }
    let bags = try array(.bags)
    let labels = try array(.labels)
    let features = try array(.features)
    let (_, columns, values) = try features.rows()
    let (numbers, bagNames) = try numbered(bags)
    func part<Content>(_ array: NumPyArray, _ content: Content) -> FlatBags.Part<Content> {
      FlatBags.Part(file: file, field: array.field, content: content)
    }
    return try FlatBags(
      features: part(features, (columns, values)), bags: part(bags, numbers), labels: part(labels, labels.list()),
      instanceLabels: archive.array(named: optionalNames.instanceLabels).map { part($0, try $0.list()) },
      groups: archive.array(named: optionalNames.groups).map { part($0, try $0.names()) }, bagNames: bagNames,
      options: options
    ).read(named: name)
  }

  /// The number of each instance's bag, and the names of the bags by number where the array holds names.
  private static func numbered(_ bags: NumPyArray) throws -> (numbers: [Double], names: [String]?) {
    guard bags.isText else { return (try bags.list(), nil) }
    let identifiers = try bags.names()
    let names = Set(identifiers).sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
    let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, Double($0)) })
    return (identifiers.map { places[$0] ?? 0 }, names)
  }

  /// A matrix whose first columns are label and bag number.
  private static func table(_ array: NumPyArray, name: String, options: ReadOptions) throws -> ReadBags {
    let (count, width, values) = try array.rows()
    guard width >= 3 else { throw array.error(expected: "columns of label, bag number and features") }
    var features: [Float] = []
    features.reserveCapacity(count * (width - 2))
    for row in 0..<count { features += values[(row * width + 2)..<((row + 1) * width)] }
    func column(_ index: Int, _ title: String) -> FlatBags.Part<[Double]> {
      FlatBags.Part(
        file: array.file, field: "column \(index + 1), the \(title)",
        content: (0..<count).map { Double(values[$0 * width + index]) })
    }
    let bags = column(1, "bag numbers")
    // Above this, neighbours are one number in single precision.
    if let number = bags.content.first(where: { abs($0) > 0x1p24 }) {
      throw bags.error(found: "bag number \(number)", expected: "at most \(1 << 24)")
    }
    return try FlatBags(
      features: FlatBags.Part(file: array.file, field: array.field, content: (width - 2, features)), bags: bags,
      labels: column(0, "labels"), options: options
    ).read(named: name)
  }
}

/// An archive of NumPy arrays, each read when it is asked for.
package struct NumPyArchive: Sendable {
  private let archive: ZipArchive
  private let file: String

  package init(bytes: [UInt8], file: String) throws {
    archive = try ZipArchive(bytes: bytes, file: file)
    self.file = file
  }

  /// The names of the arrays.
  package var names: [String] {
    archive.names.filter { $0.hasSuffix(".npy") }.map { String($0.dropLast(4)) }
  }

  /// The names of the arrays, for errors.
  var summary: String {
    let names = names.prefix(12).map { $0.onOneLine(limit: 40) }
    return names.isEmpty ? "no arrays" : "the arrays " + names.joined(separator: ", ")
  }

  /// The array of exactly this name; nil when there is none.
  package func array(_ name: String) throws -> NumPyArray? {
    try archive.content(of: name + ".npy").map { content in
      try NumPyArray(bytes: content, file: file, field: "array \(name.onOneLine(limit: 80))")
    }
  }

  /// The array with the first of these names (in lower case, without underscores) that there is.
  func array(named candidates: [String]) throws -> NumPyArray? {
    for candidate in candidates {
      if let name = names.first(where: { $0.lowercased().filter { $0 != "_" } == candidate }) {
        return try array(name)
      }
    }
    return nil
  }
}
