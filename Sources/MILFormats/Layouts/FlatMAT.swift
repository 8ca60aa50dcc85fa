import Containers
import MILBags
import UserInput

extension BagFormat {
  /// MATLAB file with milpy's variables: features, bag numbers, labels.
  package static let flatMAT = BagFormat(
    "milpy-mat", "MATLAB file with variables for features, bag numbers and labels, as Data, bags and labels",
    options: .ofArrays,
    .matlab(recognises: FlatMAT.isPlausible) { try FlatMAT.read($0, name: $1, options: $2) })
}

/// Reads MAT-files with one variable a role: milpy's flat layout and similar ones.
///
/// Roles are matched by name first, ignoring case and underscores (see ``ArrayRoles/Role/names``): features `Data`,
/// `X`, ...; bag ids `bags`, `Bag2`, ...; labels `labels`, `bagI`, .... milpy's `DataZ`, standardised and without
/// constant columns, is used only if `Data` is missing. A role without a matching name is filled by shape if that is
/// unambiguous:
///
/// - Features are the one remaining matrix with a row for each bag id.
/// - Bag ids are the one remaining vector of whole numbers that cannot be labels, with an entry for each row.
/// - Labels are the one remaining vector of -1, 0, 1 and 2, with an entry for each bag or instance.
///
/// Matrices may be sparse and of any number type; ids and labels may be text.
enum FlatMAT {
  /// Returns the variables of a file.
  static func arrays(in file: MATFile) -> [StoredArray] {
    file.topVariables.map { StoredArray($0.value, name: $0.name, file: file.file) }
  }

  /// Whether the file has enough of the roles to try this layout.
  static func isPlausible(_ file: MATFile, _ options: ReadOptions) -> Bool {
    let arrays = arrays(in: file)
    let plain = arrays.filter { $0.isReadable && $0.count > 0 }.map { ColumnNames.plain($0.name) }
    let named = [ArrayRoles.Role.features, .bags, .labels].filter { role in plain.contains { role.names.contains($0) } }
    if named.count >= 2 || !options.columns.given.isEmpty { return true }
    // An array of bags x instances x features needs no other variable.
    if named.contains(.features), arrays.contains(where: { $0.shape.count >= 3 }) { return true }
    return (try? roles(in: file, arrays, options)) != nil
  }

  /// Assigns the variables to roles.
  ///
  /// - Throws: ``ReadError`` with the role that no variable, or more than one, can fill.
  private static func roles(
    in file: MATFile, _ arrays: [StoredArray], _ options: ReadOptions
  ) throws -> ArrayRoles {
    let usable = arrays.filter { $0.isReadable && $0.count > 0 }
    var roles = try ArrayRoles(arrays.map(\.name), options.columns, kind: "variable", file: file.file)
    func array(_ role: ArrayRoles.Role) -> StoredArray? {
      roles.names[role].flatMap { name in arrays.first { $0.name == name } }
    }
    func only(_ role: ArrayRoles.Role, _ expected: String, _ isFit: (StoredArray) -> Bool) throws {
      let open = Set(roles.open)
      let candidates = usable.filter { open.contains($0.name) && !isFolds($0) && isFit($0) }
      guard candidates.count == 1 else {
        let rivals = candidates.prefix(4).map(\.name).joined(separator: ", ")
        throw roles.missing(
          role,
          summary: (candidates.isEmpty ? "no" : "more than one (\(rivals))") + " variable for \(role.title) among "
            + file.summary,
          expected: "one \(expected); a name of \(role.names.prefix(3).joined(separator: ", ")) settles it"
            + (role == .features ? CellCommands.text(for: file).map { ", or " + $0 } ?? "" : ""))
      }
      roles.guess(role, candidates[0].name)
    }
    let bags = array(.bags)
    if array(.features) == nil {
      try only(.features, "of instances x features") { candidate in
        !candidate.isText && candidate.shape.count >= 2
          && (candidate.shape[0] == bags?.count || (bags == nil && !candidate.isList))
      }
    }
    let shape = array(.features)?.shape ?? []
    let rows = shape.first ?? 0
    let isCube = shape.count >= 3
    if bags == nil, !isCube, array(.sizes) == nil {
      try only(.bags, "with an id for each instance") { $0.isList && $0.count == rows && isBagNumbers($0) }
    }
    if options.columns.hasLabels, array(.labels) == nil, array(.instanceLabels) == nil {
      let ids = try array(.bags)?.ids(options)
      let distinct = ids.map { Set($0).count } ?? array(.sizes)?.count ?? rows
      try only(.labels, "with a label for each bag or instance") {
        $0.isList && [distinct, rows].contains($0.count) && isLabels($0)
      }
    }
    return roles
  }

  /// Reads the data set of a MAT-file with this layout.
  static func read(_ file: MATFile, name: String, options: ReadOptions) throws -> ReadBags {
    let arrays = arrays(in: file)
    let roles = try roles(in: file, arrays, options)
    return try ArrayBags.read(roles, options, file: file.file, name: name) { wanted in
      guard let array = arrays.first(where: { $0.name == wanted }) else {
        throw ReadError(file: file.file, found: "no variable \(wanted)", expected: "one")
      }
      return array
    }
  }

  private static func isFolds(_ array: StoredArray) -> Bool {
    let name = array.name.lowercased()
    return name.hasPrefix("fold") || name.hasPrefix("testindex")
  }

  private static func isLabels(_ array: StoredArray) -> Bool {
    (try? array.numbers()).map { Set([-1, 0, 1, 2]).isSuperset(of: $0) } ?? false
  }

  private static func isBagNumbers(_ array: StoredArray) -> Bool {
    (try? array.numbers()).map { $0.allSatisfy { Int(exactly: $0) != nil } } ?? false && !isLabels(array)
  }
}
