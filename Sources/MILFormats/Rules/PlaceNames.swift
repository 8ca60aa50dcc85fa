/// Names of columns that hold a part of an instance's place in its image.
extension ColumnNames {
  /// The part of a place that a column holds, by its name.
  struct Place: Equatable {
    /// The axis, x or y.
    let axis: Character
    /// The word beside it: none in `x`, `tile` in `tile_x`.
    let word: String
    /// Whether the name is of a place by itself, without one of the other axis.
    var isClear = true
  }

  /// Sides of a box: words for the x and the y of a corner.
  private static let corners = [["left", "top"], ["right", "bottom"]]
  /// Units behind an axis.
  private static let units: Set = ["um", "\u{b5}m", "\u{3bc}m", "mm", "px", "microns", "pixels"]

  /// Returns the part of a place that a name stands for.
  static func place(_ name: String) -> Place? {
    let plain = plain(name)
    for corner in corners {
      if let side = corner.firstIndex(of: plain) {
        return Place(axis: side == 0 ? "x" : "y", word: corner.joined(), isClear: false)
      }
    }
    // The row and the column of a grid.
    if plain == "i" || plain == "j" { return Place(axis: plain == "j" ? "x" : "y", word: "ij", isClear: false) }
    for axis in ["x", "y"] as [Character] {
      if plain == String(axis) { return Place(axis: axis, word: "", isClear: false) }
      let words: [Substring] = [
        plain.last == axis ? plain.dropLast(1) : "", plain.first == axis ? plain.dropFirst(1) : "",
      ]
      // A c is a centre beside the other axis: cx, cy.
      for word in words where word == "c" { return Place(axis: axis, word: "c", isClear: false) }
      // The two corners of a box: x0, y0, x1, y1.
      if plain.first == axis, ["0", "1"].contains(words[1]) {
        return Place(axis: axis, word: String(words[1]), isClear: false)
      }
      for word in words where placeWords.contains(String(word)) { return Place(axis: axis, word: String(word)) }
    }
    return placeOfWords(words(name))
  }

  /// Returns the part of a place that several words stand for: `Centroid X um`, `Location_Center_X`, `centroid-1`.
  private static func placeOfWords(_ words: [String]) -> Place? {
    // Image libraries number rows before columns.
    if isCorner(words), words[words.count - 2] == "centroid", ["0", "1"].contains(words[words.count - 1]) {
      return Place(axis: words[words.count - 1] == "1" ? "x" : "y", word: words.dropLast().joined(separator: " ") + "#")
    }
    let axes = words.filter { ["x", "y"].contains($0) }
    guard words.count > 2, axes.count == 1, let axis = axes[0].first else { return nil }
    let rest = words.filter { $0 != axes[0] }
    guard rest.contains(where: placeWords.contains), rest.allSatisfy({ placeWords.contains($0) || units.contains($0) })
    else { return nil }
    return Place(axis: axis, word: rest.joined(separator: " "))
  }

  /// Returns the part of a place that each name stands for.
  ///
  /// A bare x and y beside a z are features, as all three are; so are i and j beside a k, and x0 and x1 that number
  /// features, as x2 beside them or a missing y0 shows.
  static func places(of names: [String]) -> [Place?] {
    let plain = Set(names.map(plain))
    let haveDepth = ["x", "y", "z"].allSatisfy(plain.contains)
    let areNumbered =
      plain.contains("x2") || plain.contains("y2") || !["x0", "y0", "x1", "y1"].allSatisfy(plain.contains)
    return names.map { name in
      guard let place = place(name) else { return nil }
      if haveDepth, place.word.isEmpty { return nil }
      if place.word == "ij", plain.contains("k") { return nil }
      // Of three axes, the first is the plane.
      if place.word.hasSuffix("centroid#"), names.contains(where: { words($0).suffix(2) == ["centroid", "2"] }) {
        return nil
      }
      let isPairAlone =
        place.word == "0" && plain.contains("y0") && plain.contains("x0") && !plain.contains("x1")
        && !plain.contains("y1")
      if ["0", "1"].contains(place.word), areNumbered, !isPairAlone { return nil }
      return place
    }
  }

  /// Whether a name is a program's for the well, the plate or the site of an image, or for the place of an object.
  ///
  /// CellProfiler writes `Metadata_Well` and `Location_CenterMassIntensity_X_DNA`.
  static func isOfProfiler(_ words: [String]) -> Bool {
    guard words.count > 1 else { return false }
    return words[0] == "metadata" || words[0] == "location" && words.contains { ["x", "y", "z"].contains($0) }
      || words.starts(with: ["area", "shape", "center"]) && ["x", "y", "z"].contains(words[words.count - 1])
  }

  /// Whether a name is of a corner of a box or a centre by the number of its axis: `bbox-0`, `centroid-2`.
  static func isCorner(_ words: [String]) -> Bool {
    guard words.count > 1, words.dropLast(2).allSatisfy({ ["weighted", "local"].contains($0) }) else { return false }
    let (box, side) = (words[words.count - 2], words[words.count - 1])
    return ["bbox", "centroid"].contains(box) && side.allSatisfy(\.isNumber)
      || box == "bbox" && ["x", "y", "xmin", "xmax", "ymin", "ymax", "left", "top", "right", "bottom"].contains(side)
  }

  /// Whether a name is of a weight of rows in a fit: `weight`, `sample_weight`, `ClassWeights`.
  static func isWeight(_ name: String) -> Bool {
    let plain = plain(name)
    let stem = plain.hasSuffix("s") ? String(plain.dropLast()) : plain
    guard stem.hasSuffix("weight") else { return false }
    let first = String(stem.dropLast(6))
    return first.isEmpty || weighted.contains(first)
  }
}
