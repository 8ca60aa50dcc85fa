import UserInput

/// Reads MAT-files with one variable a role: milpy's flat layout and its kin.
///
/// Roles are found by name first, whatever the case and underscores: features `Data`, `X`, ...; bag numbers `bags`,
/// `Bag2`, ...; labels `labels`, `bagI`, ... (see ``Role/names``). milpy's `DataZ`, standardised and without constant
/// columns, counts only where `Data` is missing. A role that no name fills is found by shape where that is
/// unambiguous: features are the one matrix left with a row for each bag number; bag numbers the one vector of whole
/// numbers left with an entry for each row of the features that cannot be labels; labels the one vector left with an
/// entry for each bag or instance among -1, 0, 1 and 2. Matrices may be sparse and of any number type.
enum FlatMAT {
  /// What a variable is for.
  enum Role: CaseIterable {
    case features, bags, labels

    /// The names that say so, in lower case without underscores, the first that a file has.
    var names: [String] {
      switch self {
      case .features: ["data", "x", "features", "instances", "feature", "feat", "fea", "dataz"]
      case .bags:
        ["bags", "bag2", "bag", "bagid", "bagids", "bagnumber", "bagnumbers", "bagno", "bagindex", "bagidx", "milbag"]
      case .labels: ["labels", "label", "bagi", "baglabels", "baglabel", "y", "targets", "target", "class", "classes"]
      }
    }

    /// What it is, for errors.
    var summary: String {
      switch self {
      case .features: "features (instances x features, as Data or X)"
      case .bags: "bag numbers (one for each instance, as bags or Bag2)"
      case .labels: "labels (one for each bag or instance, as labels or bagI)"
      }
    }
  }

  /// The variable of each role.
  struct Roles {
    let features: MATMatrix
    let bags: MATMatrix
    let labels: MATMatrix
  }

  /// The variable that a name gives a role; nil when no name does.
  static func named(_ role: Role, in matrices: [MATMatrix]) -> MATMatrix? {
    for name in role.names {
      let found = matrices.first { matrix in
        matrix.count > 0 && matrix.name.lowercased().filter { $0 != "_" } == name
      }
      if let found { return found }
    }
    return nil
  }

  /// Whether the file holds enough of the roles for the layout to be tried.
  static func isPlausible(_ file: MATFile) -> Bool {
    let matrices = file.matrices
    let named = Role.allCases.filter { self.named($0, in: matrices) != nil }
    return named.count >= 2 || (try? roles(in: file)) != nil
  }

  /// The variables of all roles.
  ///
  /// - Throws: ``ReadError`` naming the role that no variable, or more than one, can fill.
  static func roles(in file: MATFile) throws -> Roles {
    let matrices = file.matrices
    var features = named(.features, in: matrices)
    var bags = named(.bags, in: matrices)
    var labels = named(.labels, in: matrices)
    func left(_ isFit: (MATMatrix) -> Bool) -> [MATMatrix] {
      let taken = Set([features, bags, labels].compactMap { $0?.name })
      return matrices.filter { !taken.contains($0.name) && !isFolds($0) && $0.count > 0 && isFit($0) }
    }
    func only(_ role: Role, _ candidates: [MATMatrix]) throws -> MATMatrix {
      guard candidates.count == 1 else {
        let rivals = candidates.prefix(4).map(\.name).joined(separator: ", ")
        throw ReadError(
          file: file.file,
          found: (candidates.isEmpty ? "no" : "more than one (\(rivals))") + " variable for the \(role.summary) among "
            + file.summary, expected: "one; a name of \(role.names.prefix(3).joined(separator: ", ")) settles it")
      }
      return candidates[0]
    }
    if features == nil {
      features = try only(.features, left { $0.rows == bags?.count || (bags == nil && !$0.isVector) })
    }
    let rows = features?.rows ?? 0
    if bags == nil {
      bags = try only(.bags, left { $0.isVector && $0.count == rows && isBagNumbers($0) })
    }
    if labels == nil {
      let distinct = Set(bags?.doubles() ?? []).count
      labels = try only(.labels, left { $0.isVector && [distinct, rows].contains($0.count) && isLabels($0) })
    }
    guard let features, let bags, let labels else {
      throw ReadError(file: file.file, found: file.summary, expected: "features, bag numbers and labels")
    }
    return Roles(features: features, bags: bags, labels: labels)
  }

  /// The data set in a MAT-file of the layout.
  static func read(_ file: MATFile, name: String, options: ReadOptions) throws -> ReadBags {
    let roles = try roles(in: file)
    let bags = try roles.bags.identifiers(file: file.file)
    let used = [roles.features.name, roles.bags.name, roles.labels.name]
    var flat = FlatBags(
      features: try roles.features.features(file: file.file, rows: bags.content.count), bags: bags,
      labels: options.columns.hasLabels ? FlatBags.texts(try roles.labels.list(file: file.file)) : nil,
      options: options)
    flat.decisions.append(
      ReadDecision(.columns, "\(used[0]) holds the features, \(used[1]) the bags, \(used[2]) the labels"))
    let others = file.topVariables.map(\.name).filter { !used.contains($0) }
    if !others.isEmpty {
      flat.decisions.append(
        ReadDecision(
          .leftOut, "variables " + others.prefix(12).map { ReadError.quoted($0.utf8) }.joined(separator: ", ")))
    }
    return try flat.read(named: name)
  }

  private static func isFolds(_ matrix: MATMatrix) -> Bool {
    let name = matrix.name.lowercased()
    return name.hasPrefix("fold") || name.hasPrefix("testindex")
  }

  private static func isLabels(_ matrix: MATMatrix) -> Bool {
    matrix.doubles().map { Set([-1, 0, 1, 2]).isSuperset(of: $0) } ?? false
  }

  private static func isBagNumbers(_ matrix: MATMatrix) -> Bool {
    matrix.doubles().map { $0.allSatisfy { Int(exactly: $0) != nil } } ?? false && !isLabels(matrix)
  }
}
