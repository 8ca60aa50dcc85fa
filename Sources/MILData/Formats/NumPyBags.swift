import LinearAlgebra
import UserInput

/// Reads bags from NumPy files.
///
/// An archive (`.npz`) has an array a role, found by name whatever the case and underscores, or named by an option: features
/// (instances x features, or bags x instances x features), bag ids (one an instance), labels (one a bag or one an
/// instance), and optionally instance labels, groups, places and names. The names are those of ``FlatMAT/Role/names`` and
/// ``ArrayNames``. A single array (`.npy`) holds a label, a bag number and the features of an instance in each row.
enum NumPyBags {
  /// The data set in a NumPy file.
  static func read(bytes: [UInt8], file: String, name: String, options: ReadOptions) throws -> ReadBags {
    guard ZipArchive.hasZipHeader(bytes) else {
      return try table(NumPyArray(bytes: bytes, file: file), name: name, options: options)
    }
    var arrays = try NamedArrays(NumPyArchive(bytes: bytes, file: file), file: file, options: options)
    let features = try arrays.require(.features)
    let ids = try arrays.find(.bags)?.identifiers(options.encoding)
    var flat: FlatBags
    if let blocks = try BagBlocks(features, ids: ids, sizes: try arrays.find(ArrayNames.sizes, nil)) {
      flat = try blocks.flat(features, ids: ids, options)
    } else {
      let bags = try arrays.require(.bags)
      let (_, columns, values) = try features.rows()
      flat = FlatBags(
        features: part(features, (columns, values)), bags: part(bags, try bags.identifiers(options.encoding)),
        options: options)
      if features.shape.count > 2 {
        flat.decisions.append(
          ReadDecision(
            .columns, "\(features.field), \(features.summary): \(columns) values an instance, laid side by side"))
      }
    }
    try arrays.fill(&flat)
    if let note = arrays.leftOut() { flat.decisions.append(note) }
    flat.decisions.insert(arrays.roles, at: 0)
    var result = try flat.read(named: name)
    result.columns = arrays.resolved
    return result
  }

  static func part<Content>(_ array: NumPyArray, _ content: Content) -> FlatBags.Part<Content> {
    FlatBags.Part(file: array.file, field: array.field, content: content)
  }

  /// A matrix whose first columns are label and bag number.
  private static func table(_ array: NumPyArray, name: String, options: ReadOptions) throws -> ReadBags {
    if !options.columns.given.isEmpty {
      throw array.error(expected: "an archive (.npz) where arrays are named by options")
    }
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
    let numbers = try bags.content.enumerated().map { row, number in
      // Above 2^24, neighbours are one number in single precision.
      guard let whole = Int(exactly: number), abs(number) <= 0x1p24 else {
        throw bags.error(
          found: "bag number \(number) of instance \(row + 1)",
          expected: abs(number) > 0x1p24 ? "at most \(1 << 24); an archive (.npz) keeps ids as int64" : "a whole number"
        )
      }
      return whole
    }
    return try FlatBags(
      features: FlatBags.Part(file: array.file, field: array.field, content: (width - 2, features)),
      bags: FlatBags.Part(file: bags.file, field: bags.field, content: .numbers(numbers)),
      labels: options.columns.hasLabels ? FlatBags.texts(column(0, "labels")) : nil, options: options,
      decisions: [ReadDecision(.columns, "column 1 is the label, column 2 the bag, \(width - 2) are features")]
    ).read(named: name)
  }
}

/// The names of arrays that may be missing, in lower case without underscores.
enum ArrayNames {
  static let instanceLabels = ["instancelabels", "instancelabel", "yinstance", "instancey"]
  static let groups = ["groups", "group", "patients", "patient", "patientids", "patientid", "slides", "subjects"]
  static let places = ["coords", "coord", "coordinates", "places", "positions", "xy"]
  static let names = ["names", "bagnames", "bagname", "slidenames", "ids"]
  static let featureNames = ["featurenames", "featurename", "columns", "columnnames"]
  static let sizes = ["sizes", "bagsizes", "lengths", "counts", "ninstances", "numinstances"]
}

/// The arrays of an archive by what they hold; each is used, or said to be left out.
struct NamedArrays {
  private let archive: NumPyArchive
  private let file: String
  private let options: ReadOptions
  private var used: [(name: String, title: String)] = []
  /// The columns by the names of arrays.
  private(set) var resolved: CSVColumns

  init(_ archive: NumPyArchive, file: String, options: ReadOptions) throws {
    self.archive = archive
    self.file = file
    self.options = options
    resolved = options.columns
    let names = archive.names
    let columns = options.columns
    for given in columns.given where !columns.areRemembered && !names.contains(Self.plain(given)) {
      throw ReadError(
        file: file, found: "no array \(ReadError.quoted(Self.plain(given).utf8)) among \(archive.summary)",
        expected: "the name of an array")
    }
  }

  private static func plain(_ name: String) -> String { name.hasPrefix("name:") ? String(name.dropFirst(5)) : name }

  /// The array that an option names, or the first that is called so.
  mutating func find(_ names: [String], _ given: String?, title: String = "sizes of bags") throws -> NumPyArray? {
    let ignored = Set(options.columns.ignored.map(Self.plain))
    if let given, archive.names.contains(Self.plain(given)) {
      used.append((Self.plain(given), title))
      return try archive.array(Self.plain(given))
    }
    guard let name = archive.name(among: names), !ignored.contains(name) else { return nil }
    used.append((name, title))
    return try archive.array(name)
  }

  mutating func find(_ role: FlatMAT.Role) throws -> NumPyArray? {
    switch role {
    case .features: try find(role.names, nil, title: "features")
    case .bags: try find(role.names, options.columns.bag, title: "bag")
    case .labels: try find(role.names, options.columns.label, title: "label")
    }
  }

  /// The array of a role, or an error listing what there is.
  mutating func require(_ role: FlatMAT.Role) throws -> NumPyArray {
    if let array = try find(role) { return array }
    let isLabelled = LabelledInstances.isMedMNIST(archive)
    throw ReadError(
      file: file, found: (isLabelled ? "labelled images and no bags: " : "") + archive.summary,
      expected: "an array of the \(role.summary)"
        + (isLabelled
          ? "; bags with a rare class can be drawn from labelled instances" : "; options such as --bag-column name it"))
  }

  /// Fills in what stands beside features and bags.
  mutating func fill(_ flat: inout FlatBags) throws {
    let encoding = options.encoding
    let rows = flat.bags.content.count
    let own = try find(ArrayNames.instanceLabels, options.columns.instanceLabel, title: "instance label")
    flat.instanceLabels = try own.map { NumPyBags.part($0, try $0.names(encoding)) }
    if options.columns.hasLabels {
      let labels = try own == nil ? require(.labels) : find(.labels)
      flat.labels = try labels.map { NumPyBags.part($0, try $0.names(encoding)) }
    }
    flat.groups = try find(ArrayNames.groups, options.columns.group, title: "group").map {
      NumPyBags.part($0, try $0.names(encoding))
    }
    for given in options.columns.folds {
      if let array = try find([], given, title: "fold") {
        flat.folds.append(NumPyBags.part(array, try array.names(encoding)))
      }
    }
    flat.places = try places(rows: rows)
    let bagCount = Set(flat.bags.content.names).count
    if let name = archive.name(among: ArrayNames.names), let array = try archive.array(name), array.count == bagCount,
      !options.columns.ignored.map(Self.plain).contains(name)
    {
      used.append((name, "bag's name"))
      flat.bagNames = NumPyBags.part(array, try array.names(encoding))
    }
    if let name = archive.name(among: ArrayNames.featureNames), let array = try archive.array(name),
      array.count == flat.features.content.columns
    {
      used.append((name, "feature's name"))
      flat.featureNames = try array.names(encoding)
    }
  }

  private mutating func places(rows: Int) throws -> [InstancePlace]? {
    let given = options.columns.coordinates
    if given.count == 2, let x = try find([], given[0], title: "place across"),
      let y = try find([], given[1], title: "place down")
    {
      let (across, down) = try (x.list(), y.list())
      guard across.count == rows, down.count == rows else {
        throw x.error(found: "\(across.count) and \(down.count) places", expected: "\(rows), one for each instance")
      }
      return zip(across, down).map { InstancePlace(x: $0, y: $1) }
    }
    guard let name = archive.name(among: ArrayNames.places), let array = try archive.array(name), !array.isText,
      array.shape == [rows, 2]
    else { return nil }
    used.append((name, "place"))
    let values = try array.rows().values
    return (0..<rows).map { InstancePlace(x: Double(values[2 * $0]), y: Double(values[2 * $0 + 1])) }
  }

  /// Which array is what.
  var roles: ReadDecision {
    ReadDecision(
      .columns, used.map { "\($0.name) is the \($0.title)" }.joined(separator: ", "),
      option: "--bag-column, --label-column ...")
  }

  /// The arrays that nothing was made of.
  func leftOut() -> ReadDecision? {
    let names = archive.names.filter { name in !used.contains { $0.name == name } }
    guard !names.isEmpty else { return nil }
    return ReadDecision(
      .leftOut,
      "array\(names.count > 1 ? "s" : "") "
        + names.prefix(12).map { ReadError.quoted($0.utf8) }.joined(separator: ", "),
      option: "--label-column, --group-column ...")
  }
}

/// An array of bags x instances x features, in which every bag has the same number of rows.
struct BagBlocks {
  private let bags: Int
  private let rowsOfBag: Int
  private let sizes: [Int]?

  /// Nil for features that are one row an instance: two dimensions, or more with ids that repeat.
  ///
  /// - Throws: ``ReadError`` for sizes that do not fit.
  init?(_ features: NumPyArray, ids: BagIdentifiers?, sizes: NumPyArray?) throws {
    guard features.shape.count == 3 else { return nil }
    let count = features.shape[0]
    if let ids {
      guard ids.count == count, Set(ids.names).count == count else { return nil }
    }
    bags = count
    rowsOfBag = features.shape[1]
    self.sizes = try sizes.map { [rowsOfBag] array in
      let numbers = try array.list().compactMap { Int(exactly: $0) }
      guard numbers.count == count, numbers.allSatisfy({ (1...max(rowsOfBag, 1)).contains($0) }) else {
        throw array.error(expected: "\(count) numbers of instances from 1 to \(rowsOfBag)")
      }
      return numbers
    }
  }

  /// The bags as flat arrays, without the rows behind each bag's size.
  ///
  /// - Throws: ``ReadError`` where rows look like padding and no sizes are given.
  func flat(_ features: NumPyArray, ids: BagIdentifiers?, _ options: ReadOptions) throws -> FlatBags {
    let (_, width, values) = try features.rows()
    let columns = width / max(rowsOfBag, 1)
    if sizes == nil, let bag = padded(values, width: width, columns: columns) {
      throw features.error(
        found: "a last instance of bag \(bag + 1) without a value, as padding is",
        expected: "an array sizes with the number of instances of each bag, or bags without padding")
    }
    var kept: [Float] = []
    var bagOfRow: [Int] = []
    for bag in 0..<bags {
      let size = sizes?[bag] ?? rowsOfBag
      kept += values[(bag * width)..<(bag * width + size * columns)]
      bagOfRow += [Int](repeating: bag, count: size)
    }
    let names = ids?.names ?? (1...max(bags, 1)).map(String.init)
    let identifiers: BagIdentifiers
    if case .numbers(let numbers)? = ids {
      identifiers = .numbers(bagOfRow.map { numbers[$0] })
    } else {
      identifiers = .texts(bagOfRow.map { names[$0] })
    }
    var flat = FlatBags(
      features: NumPyBags.part(features, (columns, kept)), bags: NumPyBags.part(features, identifiers), options: options
    )
    flat.decisions = [
      ReadDecision(
        .bags,
        "\(features.field), \(features.summary): \(bags) bags of "
          + (sizes == nil ? "\(rowsOfBag) instances" : "as many instances as the sizes say"))
    ]
    return flat
  }

  /// The first bag whose last row holds zeros or no numbers alone; nil where none does.
  private func padded(_ values: [Float], width: Int, columns: Int) -> Int? {
    guard rowsOfBag > 1 else { return nil }
    return (0..<bags).first { bag in
      let last = values[((bag + 1) * width - columns)..<((bag + 1) * width)]
      let first = last.first ?? 0
      return last.allSatisfy(\.isNaN) || (columns > 1 && last.allSatisfy { $0 == first }) || last.allSatisfy { $0 == 0 }
    }
  }
}
