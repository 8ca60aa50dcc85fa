import LinearAlgebra

/// The instances of a source, each followed by the features of its bag.
struct DescribedInstances: InstanceSource {
  let base: any InstanceSource
  /// The first row of each bag, and the number of rows at the end.
  let firstRows: [Int]
  /// The features of each bag, a row for each.
  let bagFeatures: Matrix<Float>

  var instanceCount: Int { base.instanceCount }
  var featureCount: Int { base.featureCount + bagFeatures.columns }
  var isFinite: Bool { base.isFinite }

  func read(_ rows: Range<Int>, into block: inout InstanceBlock) throws {
    let own = try base.instances([rows])
    var row = 0
    firstRows.forEachPart(of: rows) { bag, part in
      let features = bagFeatures.row(bag)
      for _ in part {
        block.append(own.row(row))
        block.append(features)
        row += 1
      }
    }
  }

  static func == (left: DescribedInstances, right: DescribedInstances) -> Bool {
    left.firstRows == right.firstRows && left.bagFeatures == right.bagFeatures && left.base.isEqual(to: right.base)
  }
}

extension BagDataset {
  /// Returns the same bags with features that describe each bag after those of its instances.
  ///
  /// - Parameters:
  ///   - features: bags x features, of finite numbers.
  ///   - names: their names, for features with names.
  /// - Throws: ``DatasetError`` unless there is a row for each bag, and if features form images or describe bags.
  package func describingBags(with features: Matrix<Float>, names: [String]) throws -> BagDataset {
    guard features.rows == bagCount, features.columns == names.count, bagFeatureCount == 0 else {
      throw DatasetError(
        dataset: name,
        problem: "\(features.rows) x \(features.columns) features of bags for \(bagCount) bags, expected a row for each"
      )
    }
    var table = table
    table.featureNames = featureNames.map { $0 + names }
    table.bagFeatureCount = features.columns
    let described = DescribedInstances(base: source, firstRows: offsets, bagFeatures: features)
    guard source.matrix != nil else { return try BagDataset(table, described) }
    return try BagDataset(table, MatrixSource(all: described.instances([0..<instanceCount])))
  }
}
