import Containers
import MILBags
import UserInput

extension BagFormat {
  /// MATLAB file with a PRTools `dataset` object.
  package static let prtools = BagFormat(
    "prtools-mat", "MATLAB file with a PRTools dataset object",
    options: [.encoding, .positiveInstance, .negativeInstance],
    .matlab(recognises: { file, _ in PRToolsDataset.find(in: file) != nil }) {
      try PRToolsDataset.read($0, name: $1, options: $2)
    })
}

/// Reads the PRTools `dataset` object of MIL data from miproblems.org and the code of MI-Net.
///
/// It reads these fields, of an object or of a structure:
///
/// - `data`: instances x features;
/// - `nlab`: for each instance, the row of `lablist` with its label;
/// - `lablist`: usually `negative` and `positive`, see ``LabelRule``;
/// - `ident.milbag`: each instance's bag, as numbers or as padded text.
///
/// All instances of a bag have the bag's label. If they differ and `user.mil.combinerule` is `presence`, a bag with a
/// positive instance is positive, and the labels are kept as instance labels.
///
/// Source: D. M. J. Tax, V. Cheplygina, MIL, a Matlab toolbox for multiple instance learning, 2016 (its `genmil`).
enum PRToolsDataset {
  /// Finds the first variable that is such an object; nil if there is none.
  static func find(in file: MATFile) -> (name: String, object: MATStructure)? {
    for variable in file.variables {
      if case .structure(let object) = variable.value, object.fieldNames.contains("nlab"), object["data"] != nil {
        return (variable.name, object)
      }
    }
    return nil
  }

  /// Reads the data set of a MAT-file with such an object.
  static func read(_ file: MATFile, name: String, options: ReadOptions) throws -> ReadBags {
    guard let (variable, object) = find(in: file) else {
      throw ReadError(file: file.file, found: file.summary, expected: "a PRTools dataset object with data and nlab")
    }
    let part = Part(file: file.file, variable: variable)
    guard let labelIndices = object["nlab"].flatMap({ MATMatrix(name: "nlab", $0)?.doubles() }) else {
      throw part.error("nlab", found: object["nlab"]?.summary ?? "nothing", expected: "a column of numbers")
    }
    let labels = try namesOfList(object["lablist"], part)
    guard case .structure(let ident)? = object["ident"], let milbag = ident["milbag"] else {
      throw part.error("ident", found: object["ident"]?.summary ?? "nothing", expected: "a struct with milbag")
    }
    let bags = try bagNames(milbag, part)
    guard bags.count == labelIndices.count else {
      throw part.error(
        "ident.milbag", found: "\(bags.count) bags of instances", expected: "\(labelIndices.count) as nlab has rows")
    }
    let instanceLabels = try labelIndices.enumerated().map { row, index in
      guard let index = Int(exactly: index), index >= 1, index <= labels.count else {
        throw part.error(
          "nlab", found: "label number \(index) of instance \(row + 1)", expected: "1 to \(labels.count)")
      }
      return ArraySlice(labels[index - 1].utf8)
    }
    let instances = try features(object["data"], rows: bags.count, part, options)
    // Instances determine the bag labels if they differ and the set declares that one positive instance suffices.
    let isOfInstances = hasPresenceRule(object) && !areOfBags(bags, labelIndices)
    let hasLabels = options.columns.hasLabels
    var rows = BagCollector(file: file.file, featureCount: instances.columns, expectedRows: 0, options: options)
    for row in bags.indices {
      let label = hasLabels ? instanceLabels[row] : nil
      try rows.add(
        BagCollector.Row(
          bag: ArraySlice(bags[row].utf8), label: isOfInstances ? nil : label,
          instanceLabel: isOfInstances ? label : nil), at: .field("variable \(variable), instance \(row + 1)"))
    }
    rows.features = instances.values
    (rows.featureTitles, rows.loss) = (instances.titles, instances.loss)
    rows.decisions = instances.decision.list
    return try rows.finish(named: name)
  }

  /// The file and variable, for errors.
  private struct Part {
    let file: String
    let variable: String

    func error(_ field: String, found: String, expected: String) -> ReadError {
      ReadError(file: file, at: .field("variable \(variable).\(field)"), found: found, expected: expected)
    }
  }

  /// Whether `user.mil.combinerule` makes a bag positive by one positive instance.
  private static func hasPresenceRule(_ object: MATStructure) -> Bool {
    guard case .structure(let user)? = object["user"], let inner = rule(in: user) else { return false }
    return inner.lowercased() == "presence"
  }

  /// Returns the text of `combinerule` in a structure with the field `mil`, which some versions nest in a further
  /// `user`.
  private static func rule(in structure: MATStructure) -> String? {
    if case .structure(let mil)? = structure["mil"], case .text(let rule)? = mil["combinerule"] {
      return rule.rows.first
    }
    if case .structure(let user)? = structure["user"], case .structure(let mil)? = user["mil"],
      case .text(let rule)? = mil["combinerule"]
    {
      return rule.rows.first
    }
    return nil
  }

  /// Whether all instances of each bag have one label.
  private static func areOfBags(_ bags: [String], _ labels: [Double]) -> Bool {
    var labelOfBag: [String: Double] = [:]
    return zip(bags, labels).allSatisfy { bag, label in
      let known = labelOfBag[bag] ?? label
      labelOfBag[bag] = known
      return known == label
    }
  }

  /// Returns the label names in the rows of `lablist`.
  private static func namesOfList(_ lablist: MATValue?, _ part: Part) throws -> [String] {
    // PRTools stores several lists in the columns of a cell array, the current one first.
    var list = lablist
    if case .cell(let dimensions, let elements)? = list, dimensions.contains(where: { $0 > 1 }), elements.count >= 4 {
      list = elements.first
    } else if case .cell(_, let elements)? = list, elements.count == 1 {
      list = elements.first
    }
    let names: [String]
    switch list {
    case .text(let text)?: names = text.rows
    case .cell(_, let elements)?:
      names = elements.compactMap { if case .text(let text) = $0 { text.rows.first } else { nil } }
    case let value?:
      names = (MATMatrix(name: "lablist", value)?.doubles() ?? []).map { number in
        Int(exactly: number).map(String.init) ?? String(number)
      }
    case nil: names = []
    }
    guard !names.isEmpty else {
      throw part.error("lablist", found: lablist?.summary ?? "nothing", expected: "the names of labels")
    }
    return names
  }

  /// Returns the bag of each instance, as text.
  private static func bagNames(_ milbag: MATValue, _ part: Part) throws -> [String] {
    switch milbag {
    case .text(let text): return text.rows
    case .cell(_, let elements):
      return try elements.map { element in
        guard case .text(let text) = element, let name = text.rows.first else {
          throw part.error("ident.milbag", found: "a cell of \(element.summary)", expected: "cells of text")
        }
        return name
      }
    default:
      guard MATMatrix(name: "milbag", milbag) != nil else {
        throw part.error("ident.milbag", found: milbag.summary, expected: "numbers or text, one row an instance")
      }
      return try StoredArray(milbag, name: part.variable + ".ident.milbag", file: part.file).ids(.automatic)
    }
  }

  /// The features row after row, all finite, without those left out.
  private struct Instances {
    let columns: Int
    let values: [Float]
    let titles: [String]
    let loss: RoundingLoss
    let decision: ReadDecision?
  }

  private static func features(
    _ data: MATValue?, rows: Int, _ part: Part, _ options: ReadOptions
  ) throws -> Instances {
    guard let matrix = data.flatMap({ MATMatrix(name: "data", $0) }), matrix.rows == rows,
      let stored = matrix.rowMajorFloats()
    else {
      throw part.error("data", found: data?.summary ?? "nothing", expected: "\(rows) rows of real numbers")
    }
    let all = NumberedFeatures(array: "data", count: matrix.columns, file: part.file)
    let places = try all.places(of: options.columns.ignored, options.columns)
    let values = FlatBags.withoutInfinity(stored, options, numbers: matrix.doubles) {
      $0 % matrix.columns * matrix.rows + $0 / matrix.columns
    }
    try FlatBags.requireFinite(
      FilePart(file: part.file, field: "variable \(part.variable).data", content: (matrix.columns, values)),
      allowsMissing: options.admitsMissing, ignoring: places,
      exact: { matrix.overflow(row: $0 / matrix.columns, column: $0 % matrix.columns) })
    var loss = RoundingLoss(columns: matrix.columns)
    matrix.note(in: &loss)
    let kept = all.kept(without: places)
    let titles = all.titles
    return Instances(
      columns: kept.count, values: NumberedFeatures.without(places, of: matrix.columns, values),
      titles: kept.map { titles[$0] }, loss: loss.selecting(kept), decision: all.decision(places))
  }
}
