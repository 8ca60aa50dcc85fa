import Containers
import MILBags
import UserInput

/// Checks that the first axis of an array of three is the bags, by the number of labels.
///
/// MATLAB programs often store instances x features x bags.
enum CubeAxes {
  /// Compares the axes with the labels.
  ///
  /// - Throws: ``ReadError`` with the command that moves the axis if the last axis is the bags, or may be.
  static func check(_ features: StoredArray, labels: StoredArray?, _ decisions: inout [ReadDecision]) throws {
    guard features.shape.count == 3, let labels, labels.isList else { return }
    let (first, second, last) = (features.shape[0], features.shape[1], features.shape[2])
    let shape = "shape \(first) x \(second) x \(last), and \(labels.count) entries of \(labels.field)"
    guard labels.count == last else {
      guard labels.count == second, labels.count != first else { return }
      throw features.error(
        found: shape + ", one for each entry of the second axis",
        expected: "bags x instances x features, as \(command(features, second: true)) makes it")
    }
    if labels.count == first {
      decisions.append(
        ReadDecision(
          .bags,
          "the first axis of \(features.field) is the bags, though the last has as many entries; "
            + "\(command(features)) where that is the bags"))
      return
    }
    guard labels.count == first * second else {
      throw features.error(
        found: shape + ", one for each entry of the last axis",
        expected: "bags x instances x features, as \(command(features)) makes it")
    }
    throw features.error(
      found: shape + ", one for each entry of the last axis or for each of \(first) x \(second) instances",
      expected:
        "bags x instances x features: \(command(features)) where the last axis is bags, --instance-label-column "
        + "\(labels.name) where \(labels.name) has the labels of instances")
  }

  /// Returns the command that moves the last or the second axis of an array to the front.
  static func command(_ features: StoredArray, second: Bool = false) -> String {
    let name = features.name
    return features.isNumPy
      ? "\(name) = \(name).transpose(\(second ? "1, 0, 2" : "2, 0, 1"))"
      : "\(name) = permute(\(name), [\(second ? "2 1 3" : "3 1 2")])"
  }
}
