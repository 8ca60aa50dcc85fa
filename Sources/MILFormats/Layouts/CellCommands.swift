import Containers
import MILBags
import UserInput

/// The MATLAB commands that turn cells or structs in another arrangement into cells of bags beside their labels.
///
/// Bags may be rows or columns of a matrix of cells, cells within cells, structs, instances in a cell each, or
/// variables with a number each.
struct CellCommands {
  /// The content of a cell.
  private enum Kind: Hashable {
    case number, text, cells, structs, other
    case row(Int)
    case matrix(rows: Int, columns: Int)
  }

  private let file: MATFile

  /// Returns the commands for a file; nil if it has no such variable.
  static func text(for file: MATFile) -> String? {
    let commands = CellCommands(file: file)
    return file.topVariables.lazy.compactMap { commands.commands($0.name, $0.value) }.first
      ?? commands.ofNumberedVariables
  }

  private func commands(_ name: String, _ value: MATValue) -> String? {
    switch value {
    case .cell(let dimensions, let elements) where elements.count > 1:
      if dimensions.count > 2 {
        return "cells in a row or column: \(name) = reshape(\(name), \(dimensions[0]), []); save('bags.mat', '-v7')"
      }
      return dimensions.contains(1)
        ? ofList(name, elements) : ofGrid(name, rows: dimensions[0], columns: dimensions[1], elements)
    case .structure(let structure) where structure.className == nil && structure.dimensions.reduce(1, *) > 1:
      return ofStructs(name, structure)
    default: return nil
    }
  }

  private static func kind(_ value: MATValue) -> Kind {
    if let matrix = MATMatrix(name: "", value) {
      if matrix.count == 1 { return .number }
      return matrix.rows == 1 ? .row(matrix.columns) : .matrix(rows: matrix.rows, columns: matrix.columns)
    }
    return switch value {
    case .text(let text): text.dimensions.first ?? 0 <= 1 ? .text : .other
    case .cell: .cells
    case .structure: .structs
    default: .other
    }
  }

  // MARK: - Arrangements

  /// Cells within cells, structs in cells, or instances in a cell each.
  private func ofList(_ name: String, _ elements: [MATValue]) -> String? {
    let kinds = Set(elements.map(Self.kind))
    if kinds == Set([.structs]), case .structure(let first)? = elements.first,
      let (instances, label) = fields(first.fieldNames, first.values)
    {
      let labels = label.map { "labels = cellfun(@(s) s.\($0), \(name), 'UniformOutput', \(isNumber(first, $0)))" }
      return saved(
        labels, "bags = cellfun(@(s) s.\(instances), \(name), 'UniformOutput', false)", count: elements.count)
    }
    guard kinds == Set([.cells]), case .cell(_, let inner)? = elements.first, !inner.isEmpty else { return nil }
    let own = inner.map(Self.kind)
    let isOfRows = own.allSatisfy { if case .row = $0 { true } else { false } }
    if isOfRows, inner.count > 1 {
      return saved(nil, "bags = cellfun(@(c) vertcat(c{:}), \(name), 'UniformOutput', false)", count: elements.count)
    }
    guard let instances = own.firstIndex(where: Self.isOfInstances) else { return nil }
    let label = own.firstIndex(of: .number) ?? own.firstIndex(of: .text)
    let labels = label.map {
      "labels = cellfun(@(c) c{\($0 + 1)}, \(name)\(own[$0] == .number ? "" : ", 'UniformOutput', false"))"
    }
    return saved(
      labels, "bags = cellfun(@(c) c{\(instances + 1)}, \(name), 'UniformOutput', false)", count: elements.count)
  }

  /// Rows or columns of cells.
  private func ofGrid(_ name: String, rows: Int, columns: Int, _ elements: [MATValue]) -> String? {
    guard elements.count == rows * columns else { return nil }
    let kinds = elements.map(Self.kind)
    let byColumn = (0..<columns).map { column in (0..<rows).map { kinds[column * rows + $0] } }
    let byRow = (0..<rows).map { row in (0..<columns).map { kinds[$0 * rows + row] } }
    for (lines, place) in [
      (byColumn, { "\(name)(:, \($0 + 1))" }), (byRow, { "\(name)(\($0 + 1), :)'" }),
    ] as [([[Kind]], (Int) -> String)] {
      if let commands = ofLines(lines, place) { return commands }
    }
    if case .row(let width)? = kinds.first, kinds.allSatisfy({ $0 == .row(width) }) {
      return saved(
        nil, "bags = arrayfun(@(i) vertcat(\(name){i, :}), (1:size(\(name), 1))', 'UniformOutput', false)", count: rows)
    }
    return kinds.allSatisfy(Self.isOfInstances) ? saved(nil, "bags = \(name)(:)", count: elements.count) : nil
  }

  /// Lines of cells, one with instances and another with labels or names.
  private func ofLines(_ lines: [[Kind]], _ place: (Int) -> String) -> String? {
    guard let instances = lines.firstIndex(where: { $0.contains { $0 != .number } && $0.allSatisfy(Self.isNumeric) })
    else { return nil }
    let others = lines.indices.filter { $0 != instances }
    let bags = "bags = \(place(instances))"
    let texts = others.filter { lines[$0].allSatisfy { $0 == .text } }
    if let label = others.first(where: { lines[$0].allSatisfy { $0 == .number } }) {
      let names = texts.first.map { "; names = \(place($0))" } ?? ""
      return saved(
        "labels = cell2mat(\(place(label)))" + names, bags, count: lines[0].count, "names", if: !names.isEmpty)
    }
    if let label = texts.first { return saved("labels = \(place(label))", bags, count: lines[0].count) }
    let perInstance = others.first { other in
      zip(lines[instances], lines[other]).allSatisfy { bag, labels in
        switch (bag, labels) {
        case (.matrix(let rows, _), .matrix(let count, 1)): rows == count
        case (.row, .number): true
        default: false
        }
      }
    }
    return perInstance.map { column in
      "cells of bags beside the labels of their instances: \(bags); instancelabels = vertcat("
        + "\(place(column).replacing("(", with: "{").replacing(")", with: "}").replacing("'", with: ""))); "
        + "save('bags.mat', '-v7', 'bags', 'instancelabels')"
    }
  }

  private func ofStructs(_ name: String, _ structure: MATStructure) -> String? {
    guard let (instances, label) = fields(structure.fieldNames, structure.values) else { return nil }
    let areNumbers = label.map { isNumber(structure, $0) } ?? true
    let labels = label.map { "labels = \(areNumbers ? "[\(name).\($0)]" : "{\(name).\($0)}")" }
    return saved(labels, "bags = {\(name).\(instances)}", count: structure.dimensions.reduce(1, *))
  }

  /// Variables that are matrices with the same columns, and whose names differ in a number.
  private var ofNumberedVariables: String? {
    let matrices = file.topVariables.filter { name, value in
      name.last?.isNumber == true && Self.isOfInstances(Self.kind(value))
    }
    let stems = Set(matrices.map { String($0.name.reversed().drop(while: \.isNumber)) })
    let widths = Set(matrices.map { MATMatrix(name: $0.name, $0.value)?.columns })
    guard matrices.count > 2, stems.count == 1, widths.count == 1, let first = matrices.first,
      let last = matrices.last
    else { return nil }
    return saved(nil, "bags = {\(first.name); ...; \(last.name)}", count: matrices.count)
  }

  // MARK: - Parts

  private static func isNumeric(_ kind: Kind) -> Bool {
    switch kind {
    case .number, .row, .matrix: true
    default: false
    }
  }

  private static func isOfInstances(_ kind: Kind) -> Bool {
    switch kind {
    case .row, .matrix: true
    default: false
    }
  }

  /// Returns the fields of a struct with instances and with the label.
  private func fields(_ names: [String], _ values: [MATValue]) -> (instances: String, label: String?)? {
    let first = zip(names, values.prefix(names.count).map(Self.kind))
    guard let instances = first.first(where: { Self.isOfInstances($1) })?.0 else { return nil }
    let single = first.filter { $1 == .number || $1 == .text }.map(\.0)
    return (instances, single.first { ArrayRoles.Role.labels.names.contains(ColumnNames.plain($0)) } ?? single.first)
  }

  private func isNumber(_ structure: MATStructure, _ field: String) -> Bool {
    structure[field].map { Self.kind($0) == .number } ?? false
  }

  /// Returns the commands, with the save of their variables and of the labels that the file has.
  private func saved(
    _ labels: String?, _ bags: String, count: Int, _ other: String = "", if hasOther: Bool = false
  ) -> String {
    let known = FlatMAT.arrays(in: file).first { $0.isReadable && $0.isList && $0.count == count }
    let list = labels ?? (known == nil ? "labels = [?] with the label of each" : nil)
    let name = labels == nil ? known?.name ?? "labels" : "labels"
    let rest = hasOther ? ", '\(other)'" : ""
    return "cells of bags beside their labels: " + (list.map { $0 + "; " } ?? "") + bags
      + "; save('bags.mat', '-v7', 'bags', '\(name)'\(rest))"
  }
}
