import MILBags
import UserInput

#if HDF5
  /// Reads the variables of a MATLAB 7.3 file.
  ///
  /// The attribute `MATLAB_class` has the class of a variable. HDF5 has the sizes in the reverse of MATLAB's order, so
  /// that numbers follow each other column after column. Texts are 16-bit characters. A cell array has references to
  /// its elements, a struct is a group of its fields, and a sparse matrix a group of `data`, `ir` and `jc`.
  ///
  /// Source: The MathWorks, MAT-file versions, MATLAB documentation; sparse and empty arrays as MATLAB R2023b saves
  /// them.
  struct HDF5Variables {
    private static let maximumDepth = 32

    private let image: HDF5Image
    /// The number of bytes that may still be unpacked.
    private var budget: Int
    /// The number of elements of cells and structs that the file can have.
    private var elements: Int

    init(_ image: HDF5Image) {
      self.image = image
      budget = Inflate.limit(forCompressed: image.bytes.count)
      elements = image.bytes.count / 8
    }

    /// Returns the variables, by their names.
    mutating func all() throws -> [(name: String, value: MATValue)] {
      try fields(of: image.description.root, "", depth: 0)
    }

    private func error(_ name: String, _ found: String, _ expected: String) -> ReadError {
      ReadError(
        file: image.file, at: .field("variable \(name.onOneLine(limit: 80))"), found: found, expected: expected)
    }

    /// Returns the values of a group's links; those of the file are its variables.
    private mutating func fields(
      of group: HDF5Object, _ name: String, depth: Int
    ) throws -> [(name: String, value: MATValue)] {
      guard let links = group.links else {
        throw error(name, "links that cannot be read", "a whole HDF5 file")
      }
      // The names with # are those of elements of cells, and of objects.
      return try links.filter { depth > 0 || !$0.name.hasPrefix("#") }.map { link in
        let path = name.isEmpty ? link.name : name + "." + link.name
        guard case .object(let address) = link.target else {
          return (link.name, .unsupported("link, not a value of the file"))
        }
        guard let object = image.description.object(at: address) else {
          throw error(path, "a header that libhdf5 \(HDF5Library.version) cannot read", "a whole HDF5 file")
        }
        return (link.name, try value(object, path, depth: depth))
      }
    }

    /// Reads a value.
    private mutating func value(_ object: HDF5Object, _ name: String, depth: Int) throws -> MATValue {
      elements -= 1
      guard depth < Self.maximumDepth, elements >= 0 else {
        throw error(
          name,
          "cells or structs in each other, deeper than \(Self.maximumDepth) or of more elements than the file has",
          "a file of MATLAB")
      }
      switch object.kind {
      case .group: return try group(object, name, depth: depth)
      case .dataset:
        let dataset = try HDF5Dataset(object, field: "variable \(name.onOneLine(limit: 80))", in: image)
        return try self.dataset(dataset, name, depth: depth)
      case .other: return .unsupported("named type")
      }
    }

    private mutating func group(_ object: HDF5Object, _ name: String, depth: Int) throws -> MATValue {
      let attributes = object.attributes
      if let rows = attributes["MATLAB_sparse"] { return try sparse(object, rows, name) }
      let kind = attributes["MATLAB_class"] ?? "struct"
      // The number 2 marks an object whose fields the file has.
      guard kind == "struct" || attributes["MATLAB_object_decode"] == "2" else { return Self.unsupported(kind) }
      return try structure(object, name, className: kind == "struct" ? nil : kind, depth: depth)
    }

    /// Reads a struct; one of several elements has a dataset of references for each field.
    private mutating func structure(
      _ group: HDF5Object, _ name: String, className: String?, depth: Int
    ) throws -> MATValue {
      guard let links = group.links else {
        throw error(name, "links that cannot be read", "a whole HDF5 file")
      }
      let lists = try links.compactMap { link -> HDF5Dataset? in
        guard case .object(let address) = link.target, let object = image.description.object(at: address),
          case .dataset = object.kind
        else { return nil }
        let dataset = try HDF5Dataset(object, field: "variable \(name.onOneLine(limit: 80)).\(link.name)", in: image)
        return dataset.holdsReferences && dataset.attributes["MATLAB_class"] == nil ? dataset : nil
      }
      guard let first = lists.first, lists.count == links.count else {
        let fields = try fields(of: group, name, depth: depth + 1)
        return .structure(
          MATStructure(
            className: className, dimensions: [1, 1], fieldNames: fields.map(\.name), values: fields.map(\.value)))
      }
      guard lists.allSatisfy({ $0.shape == first.shape }) else {
        throw error(name, "fields of different sizes", "a struct array of MATLAB")
      }
      let columns = try lists.map { try referred($0, name, depth: depth) }
      let values = (columns.first ?? []).indices.flatMap { row in columns.map { $0[row] } }
      return .structure(
        MATStructure(
          className: className, dimensions: Self.dimensions(first.shape), fieldNames: links.map(\.name),
          values: values))
    }

    private mutating func dataset(_ dataset: HDF5Dataset, _ name: String, depth: Int) throws -> MATValue {
      let attributes = dataset.attributes
      let kind = attributes["MATLAB_class"]
      let isNumeric = kind.map(Self.numeric.contains) ?? true
      if attributes["MATLAB_empty"] == "1" { return try empty(dataset, kind ?? "double", name) }
      let dimensions = Self.dimensions(dataset.shape)
      switch kind {
      case "cell":
        guard dataset.holdsReferences else { throw dataset.error(dataset.typeName, "references to a cell's elements") }
        return .cell(dimensions: dimensions, elements: try referred(dataset, name, depth: depth))
      case "char": return .text(try text(dataset, dimensions))
      case _ where isNumeric && dataset.holdsComplex:
        return .unsupported("complex " + dimensions.map(String.init).joined(separator: " x "))
      case _ where isNumeric && dataset.numberType != nil:
        return .numeric(
          MATNumeric(
            dimensions: dimensions, isLogical: kind == "logical", isComplex: false,
            storage: try dataset.numbers(&budget)))
      default: return Self.unsupported(kind ?? dataset.typeName)
      }
    }

    /// The classes of numbers.
    private static let numeric: Set<String> = [
      "double", "single", "logical", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64",
    ]

    /// Returns a value of a class that is not read, with what makes one that is.
    private static func unsupported(_ kind: String) -> MATValue {
      switch kind {
      case "string", "categorical", "datetime":
        .unsupported("\(kind) array, which cellstr makes a cell array of texts")
      case "table": .unsupported("table, which writetable saves as a file that is read")
      default: .unsupported("value of class \(kind.onOneLine(limit: 40))")
      }
    }

    /// Returns MATLAB's sizes, at least two.
    private static func dimensions(_ shape: [Int]) -> [Int] {
      shape.reversed() + [Int](repeating: 1, count: max(0, 2 - shape.count))
    }

    /// Reads the values that a dataset refers to.
    private mutating func referred(_ dataset: HDF5Dataset, _ name: String, depth: Int) throws -> [MATValue] {
      try dataset.references(&budget).enumerated().map { index, reference in
        let place = "\(name){\(index + 1)}"
        guard let object = image.description.object(at: reference) else {
          throw error(place, "a reference that leads nowhere", "a whole file of MATLAB 7.3")
        }
        return try value(object, place, depth: depth + 1)
      }
    }

    /// Reads an array without elements, which is stored as its sizes.
    private mutating func empty(_ dataset: HDF5Dataset, _ kind: String, _ name: String) throws -> MATValue {
      let sizes = try dataset.numbers(&budget)
      let dimensions = sizes.count <= 32 ? sizes.doubles.compactMap { Int(exactly: $0) } : []
      guard dimensions.count == sizes.count, dimensions.count >= 2, dimensions.allSatisfy({ $0 >= 0 }),
        dimensions.contains(0)
      else {
        throw error(name, "sizes \(dimensions) of an array without elements", "at least two, of which one is 0")
      }
      switch kind {
      case "cell": return .cell(dimensions: dimensions, elements: [])
      case "char": return .text(MATText(dimensions: dimensions, units: []))
      case "struct":
        return .structure(MATStructure(className: nil, dimensions: dimensions, fieldNames: [], values: []))
      case _ where Self.numeric.contains(kind) || kind == "canonical empty":
        let none = StoredNumbers(bytes: [], range: 0..<0, kind: .double, isBigEndian: false)
        return .numeric(
          MATNumeric(dimensions: dimensions, isLogical: kind == "logical", isComplex: false, storage: none))
      default: return Self.unsupported(kind)
      }
    }

    private mutating func text(_ dataset: HDF5Dataset, _ dimensions: [Int]) throws -> MATText {
      guard let kind = dataset.numberType?.element, [.uint8, .uint16].contains(kind) else {
        throw dataset.error(dataset.typeName, "text of 8-bit or 16-bit characters, as MATLAB saves it")
      }
      // Many elements of cells may lead to one text.
      budget -= 2 * (ArraySize.product(dataset.shape) ?? 0)
      guard budget >= 0 else {
        throw dataset.error("more text than a file of \(image.bytes.count) bytes has", "a whole file of MATLAB")
      }
      let units = try dataset.numbers(&budget).doubles.map { UInt16($0) }
      let text = MATText(dimensions: dimensions, units: units)
      guard text.isValid else {
        throw dataset.error("a lone half of a surrogate pair", "text of Unicode characters")
      }
      return text
    }

    private mutating func sparse(_ group: HDF5Object, _ rows: String, _ name: String) throws -> MATValue {
      func part(_ part: String) throws -> [Double]? {
        guard let object = image.description.object(part, in: group), case .dataset = object.kind else { return nil }
        let field = "variable \(name.onOneLine(limit: 80)).\(part)"
        return try HDF5Dataset(object, field: field, in: image).numbers(&budget).doubles
      }
      let starts = try part("jc")?.compactMap { Int(exactly: $0) } ?? []
      // A matrix of zeros has no entries.
      let rowOfEntry = try part("ir")?.compactMap { Int(exactly: $0) } ?? []
      guard
        let matrix = MATSparse(
          checking: Int(rows) ?? -1, columnStarts: starts, rowOfEntry: rowOfEntry, values: try part("data") ?? [])
      else {
        throw error(name, "row numbers and column starts that disagree", "those of a sparse matrix of \(rows) rows")
      }
      return .sparse(matrix)
    }
  }
#endif
