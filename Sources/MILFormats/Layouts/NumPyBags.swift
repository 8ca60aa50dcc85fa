import Containers
import LinearAlgebra
import MILBags
import UserInput

extension BagFormat {
  /// NumPy archive of features, bag numbers and labels, or a single array of label, bag number and features.
  package static let numPy = BagFormat(
    "npz", "NumPy archive of the arrays features, bag and labels", options: .ofArrays,
    .binary(recognises: { ZipArchive.hasZipHeader($0) || NumPyArray.hasHeader($0) }) {
      try NumPyBags.read(bytes: $0, file: $1, name: $2, options: $3)
    })
}

/// Reads bags from NumPy files.
///
/// An archive (`.npz`) has one array a role. The user names it, or its name determines the role, ignoring case and
/// underscores (see ``ArrayRoles/Role/names``):
///
/// - features: instances x features, or bags x instances x features;
/// - bag numbers or names: one an instance;
/// - labels: one a bag or one an instance;
/// - optionally instance labels, groups, folds, places, sizes and names.
///
/// Each row of a single array (`.npy`) holds a label, a bag number and the features of an instance, or the bag number
/// first where only that fits.
enum NumPyBags {
  /// Reads the data set of a NumPy file.
  static func read(bytes: [UInt8], file: String, name dataset: String, options: ReadOptions) throws -> ReadBags {
    guard ZipArchive.hasZipHeader(bytes) else {
      return try table(
        StoredArray(NumPyArray(bytes: bytes, file: file), name: "array"), name: dataset, options: options)
    }
    return try read(NumPyArchive(bytes: bytes, file: file), file: file, name: dataset, options: options)
  }

  /// Reads the data set of an archive of arrays.
  static func read(
    _ archive: some ArrayArchive, file: String, name dataset: String, options: ReadOptions
  ) throws -> ReadBags {
    let roles = try ArrayRoles(archive.names, options.columns, kind: "array", file: file)
    func require(_ role: ArrayRoles.Role, _ summary: String, unless others: [ArrayRoles.Role] = []) throws {
      guard roles.names[role] == nil, others.allSatisfy({ roles.names[$0] == nil }) else { return }
      let isLabelled = LabelledInstances.isMedMNIST(archive.names)
      let areUnnamed = archive.names.allSatisfy { $0.hasPrefix("arr_") }
      throw roles.missing(
        role, summary: (isLabelled ? "labelled images and no bags: " : "") + archive.summary,
        expected: "an array of the \(summary)"
          + (isLabelled ? "; bags with a rare class can be drawn from labelled instances" : "")
          + (areUnnamed ? "; arrays get names by numpy.savez('bags.npz', X=features, bag=bag, y=labels)" : "")
          + wayOut(ofGroupsIn: archive)
          + (wayOut(ofObjectsIn: archive)
            ?? wayOut(of: archive.names)
            + (role == .features && !areUnnamed && !isLabelled ? renaming(in: archive) : "")))
    }
    func load(_ wanted: String) throws -> StoredArray {
      guard let array = try archive.array(wanted) else {
        throw ReadError(file: file, found: "no array \(wanted.onOneLine(limit: 40))", expected: "one")
      }
      return StoredArray(array, name: wanted)
    }
    let parts = archive.names.filter { name in
      let plain = ColumnNames.plain(name)
      return ["train", "test"].contains { plain.hasSuffix($0) || plain.hasPrefix($0) }
    }
    let areImages = try parts.contains { try (archive.array($0)?.shape.count ?? 0) > 2 }
    if roles.names[.features] == nil, parts.count >= 2, !areImages {
      throw ReadError(
        file: file, found: "\(archive.summary): parts to train and to test on",
        expected: "one array of each kind and one that says the part: numpy.savez('bags.npz', "
          + "X=numpy.concatenate([X_train, X_test]), bag=..., y=..., part=...), with 'train' or 'test' as part, and "
          + "--fold-column part")
    }
    try require(.features, "features (instances x features, as features or X)")
    let features = try roles.names[.features].map(load)
    if (features?.shape.count ?? 0) < 3 {
      try require(
        .bags,
        "bag numbers (one for each instance, as bags or bag_id; or sizes, the number of instances of each bag, which is "
          + "numpy.diff of offsets)",
        unless: [.sizes])
    }
    if options.columns.hasLabels {
      try require(.labels, "labels (one for each bag or instance, as labels or y)", unless: [.instanceLabels])
    }
    if let name = roles.names[.features], let images = try archive.array(name).flatMap(ByteImages.init) {
      return try read(images, roles, options, file: file, name: dataset, load: load)
    }
    return try ArrayBags.read(roles, options, file: file, name: dataset, load: load)
  }

  /// Returns the remedy for arrays of objects, such as a list of bags; nil if there are none.
  private static func wayOut(ofObjectsIn archive: some ArrayArchive) -> String? {
    let names = archive.names.filter { name in
      do {
        _ = try archive.array(name)
        return false
      } catch { return NumPyLayout.isOfObjects(error) }
    }
    guard !names.isEmpty else { return nil }
    let list = names.shortList(4) { $0.onOneLine(limit: 40) }
    return "; \(list) \(names.count == 1 ? "holds" : "hold") pickled objects: \(NumPyLayout.wayOutOfObjects)"
  }

  /// Returns the remedy for an HDF5 file with a group for each bag, or of one bag; empty for others.
  private static func wayOut(ofGroupsIn archive: some ArrayArchive) -> String {
    guard archive is HDF5Archive else { return "" }
    let parts = archive.names.map { $0.split(separator: "/") }
    let groups = Set(parts.map { $0.dropLast().joined(separator: "/") })
    if groups.count > 1, !groups.contains(""), let name = parts.first?.last {
      return "; where each group is a bag: f = h5py.File('FILE'); a = [f[g + '/\(name)'][:] for g in names]; "
        + "numpy.savez('bags.npz', X=numpy.concatenate(a), sizes=[len(m) for m in a], y=labels)"
    }
    let plain = Set(archive.names.map(ColumnNames.plain))
    guard plain.isSubset(of: ArrayRoles.Role.features.names + ArrayRoles.Role.places.names) else { return "" }
    return "; files of one bag each are read from their folder, with \(ReadOption.labels.spelling) TABLE"
  }

  /// Returns the remedy for an archive with an array for each bag, or with one array for everything.
  private static func wayOut(of names: [String]) -> String {
    let numbered = names.filter { $0.last?.isNumber == true }
    let stems = Set(numbered.map { String($0.reversed().drop(while: \.isNumber)) })
    if numbered.count > 2, stems.count == 1, stems != ["_rra"] {
      return "; where \(numbered[0].onOneLine(limit: 40)) and so on are a bag each: a = [FILE's arrays in the order of "
        + "labels]; numpy.savez('bags.npz', X=numpy.concatenate(a), sizes=[len(m) for m in a], y=labels)"
    }
    guard names.count == 1, let name = names.first else { return "" }
    return "; where columns of \(name.onOneLine(limit: 40)) are the bag and the label, such as the first two: "
      + "numpy.savez('bags.npz', X=a[:, 2:], bag=a[:, 0].astype(int), y=a[:, 1])"
  }

  /// Returns the remedy for features under another name: the only matrix or cube among several arrays.
  private static func renaming(in archive: some ArrayArchive) -> String {
    let wide = archive.names.filter { name in
      guard let array = (try? archive.array(name)) ?? nil else { return false }
      return array.shape.count == 3 || (array.shape.count == 2 && array.shape[1] > 1)
    }
    guard archive.names.count > 1, wide.count == 1, let name = wide.first?.onOneLine(limit: 40) else { return "" }
    return "; where \(name) has them: a = dict(numpy.load('FILE')); a['X'] = a.pop('\(name)'); "
      + "numpy.savez('bags.npz', **a)"
  }

  /// Reads bags of images, whose bytes remain unchanged.
  ///
  /// Until the bags are assembled, an instance is represented by its row in the array.
  private static func read(
    _ images: ByteImages, _ roles: ArrayRoles, _ options: ReadOptions, file: String, name: String,
    load: @escaping (String) throws -> StoredArray
  ) throws -> ReadBags {
    guard let bags = try roles.names[.bags].map(load), roles.names[.sizes] == nil else {
      throw roles.missing(
        .bags, summary: "no array for the bag numbers", expected: "one for each image, called bag or the like")
    }
    let ids = try bags.ids(options)
    let count = images.instanceCount
    guard ids.count == count else {
      throw bags.error(found: "\(ids.count) bag numbers", expected: "\(count), one for each image")
    }
    let rows = ArrayRows(
      bagOfRow: ids, areNumbers: !bags.isText, idField: bags.field, columns: 1, values: (0..<count).map(Float.init),
      gridPlaces: nil, gridCount: count)
    var result = try ArrayBags.read(roles, options, file: file, name: name, rows: rows, load: load)
    let order = result.dataset.instances.elements.map { Int($0) }
    result.dataset = try result.dataset.replacing(source: images.selecting(order)).showing(images.shape)
    (result.featureTitles, result.loss) = (nil, nil)
    result.decisions.append(
      ReadDecision(
        .columns,
        "an instance is an image of \(images.shape) (channels x height x width), its pixels from 0 to 255, channel after "
          + "channel"))
    return result
  }

  /// Reads a matrix whose first columns are label and bag number, in either order, unless the user names others.
  private static func table(_ array: StoredArray, name: String, options: ReadOptions) throws -> ReadBags {
    let saving =
      "; features alone are read from an .npz file with the other arrays: numpy.savez('bags.npz', X=features, bag=bag, "
      + "y=labels)"
    guard array.shape.count < 3 else {
      throw array.error(
        expected: "a matrix: columns of label, bag number and features; bags x instances x features are read from an "
          + ".npz file with their labels: numpy.savez('bags.npz', X=features, y=labels)")
    }
    let (count, width, stored) = try array.rows()
    let values = FlatBags.withoutInfinity(stored, options, numbers: { try? array.numbers() })
    guard width >= 3 || (width == 2 && !options.columns.hasLabels && options.columns.bag != nil) else {
      throw array.error(expected: "columns of label, bag number and features" + saving)
    }
    let columns = try ColumnRoles(
      options.columns, names: nil, count: width, fallback: NumPyOrder.places(array, width: width, options),
      file: array.file,
      line: 1)
    let roles = columns.roles
    let entries = try array.tableEntries(of: roles.indices.filter { roles[$0] != .feature && roles[$0] != .ignored })
    func entry(_ role: DelimitedRows.Role, _ row: Int) -> ArraySlice<UInt8>? {
      roles.firstIndex(of: role).flatMap { entries[$0]?[row] }.map { ArraySlice($0.utf8) }
    }
    if let bag = roles.firstIndex(of: .bag) {
      do {
        try array.requireIds(entries[bag] ?? [])
      } catch let error as ReadError {
        throw array.error(found: error.found, expected: error.expected + saving)
      }
    }
    let taken = roles.indices.filter { roles[$0] == .feature }
    var bags = BagCollector(
      file: array.file, featureCount: taken.count, expectedRows: count, options: options)
    let folds = roles.indices.filter { roles[$0] == .fold }
    try FlatBags.requireFinite(
      FilePart(file: array.file, field: array.field, content: (columns: width, values: values)),
      allowsMissing: options.admitsMissing,
      ignoring: Set(roles.indices.filter { roles[$0] == .ignored }), exact: array.overflow)
    bags.eventColumn = roles.firstIndex(of: .event).map { "#\($0 + 1)" }
    bags.featureTitles = taken.map { "#\($0 + 1)" }
    bags.loss = array.loss(columns: width)?.selecting(taken)
    for row in 0..<count {
      for column in taken { bags.features.append(values[row * width + column]) }
      func number(_ role: DelimitedRows.Role) -> Double? {
        entry(role, row).flatMap { Double(String(decoding: $0, as: UTF8.self)) }
      }
      let place: InstancePlace? =
        if let x = number(.across), let y = number(.down) { InstancePlace(x: x, y: y) } else { nil }
      try bags.add(
        BagCollector.Row(
          bag: entry(.bag, row) ?? [], label: entry(.label, row), event: entry(.event, row),
          instanceLabel: entry(.instanceLabel, row),
          group: entry(.group, row), folds: folds.map { ArraySlice((entries[$0]?[row] ?? "").utf8) }, place: place),
        at: .field("row \(row + 1)"))
    }
    bags.decisions = columns.decisions
    var result = try bags.finish(named: name)
    result.columns = columns.resolved
    return result
  }
}
