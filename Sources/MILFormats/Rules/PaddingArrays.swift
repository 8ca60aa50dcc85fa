import Containers
import MILBags
import UserInput

/// Arrays that say which places of bags x instances hold an instance, by their names and shapes.
extension ArrayRoles {
  /// Whether a plain name is that of a mask: attention_mask, pad_mask, valid.
  static func isMask(_ plain: String) -> Bool {
    plain.contains("mask") || plain.contains("padding") || ["pad", "ispad", "ispadded", "padded"].contains(plain)
      || isValidity(plain)
  }

  private static func isValidity(_ plain: String) -> Bool {
    ["valid", "isvalid", "validity", "present", "ispresent", "isreal"].contains(plain)
  }

  /// Whether a plain name is that of the sizes of bags: n_patches, seq_len, lens.
  private static func isSizes(_ plain: String) -> Bool {
    isValidity(plain)
      || plain.wholeMatch(
        of: /(bag|seq|sequence|valid|instance|inst|tile|patch|cell|real|true)?(len|length|size|count)s?/)
        != nil
      || plain.wholeMatch(
        of:
          /(n|num|nr|no|number|numberof)(of)?(valid|real)?(instance|inst|tile|patch|patche|cell|nuclei|item|frame|row)s?/
      )
        != nil
      || ["nvalid", "numvalid", "nk", "ni"].contains(plain)
  }

  /// Finds the array of sizes or the mask of an array of bags x instances x features among those without a role.
  ///
  /// - Throws: ``ReadError`` for an array of another name that says so by its numbers.
  mutating func findPadding(
    of features: StoredArray, _ options: ReadOptions, load: (String) throws -> StoredArray
  ) throws {
    guard names[.sizes] == nil, names[.mask] == nil, options.paddingRows == nil else { return }
    let (bags, instances) = (features.shape[0], features.shape[1])
    let width = features.shape.dropFirst(2).reduce(1, *)
    var cube: [Float]?
    for name in open {
      guard let array = try? load(name), array.isReadable, !array.isText, let numbers = try? array.numbers() else {
        continue
      }
      let plain = ColumnNames.plain(name)
      let isGrid =
        numbers.count == bags * instances && array.shape.prefix(2) == [bags, instances]
        && numbers.allSatisfy { $0 == 0 || $0 == 1 }
      let isList =
        array.isList && numbers.count == bags
        && numbers.allSatisfy { Int(exactly: $0).map { (1...max(1, instances)).contains($0) } ?? false }
      if isGrid, Self.isMask(plain) { return guess(.mask, name) }
      if isList, !isGrid, Self.isSizes(plain) { return guess(.sizes, name) }
      guard isGrid || isList else { continue }
      if cube == nil { cube = try features.cube().values }
      let isThere = (0..<bags * instances).map { place in
        isGrid ? numbers[place] == 1 : Double(place % instances) < numbers[place / instances]
      }
      guard let values = cube, Self.arePadding(values, width, isThere) else { continue }
      throw array.error(
        found:
          "\(isGrid ? "0" : "fewer than \(instances)") where \(features.field) has rows of one number throughout, as "
          + "padding has",
        expected: "the name \(isGrid ? "mask" : "sizes") where it says which instances there are; --ignore-column "
          + "\(name.onOneLine(limit: 40)) leaves it out")
    }
  }

  /// Whether the rows that are not there have one number throughout, and those that are there do not.
  private static func arePadding(_ values: [Float], _ width: Int, _ isThere: [Bool]) -> Bool {
    guard width > 1, isThere.contains(false), values.count == isThere.count * width else { return false }
    return isThere.indices.allSatisfy { place in
      let row = values[place * width..<(place + 1) * width]
      let isUniform = row.allSatisfy { $0 == row.first || $0.isNaN && row.first?.isNaN == true }
      return isUniform != isThere[place]
    }
  }
}
