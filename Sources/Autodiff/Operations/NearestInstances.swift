import LinearAlgebra

/// The list of pairs of each instance with the nearest ones of its bag, and their squared distances.
///
/// Squares of differences are summed feature by feature, so that equal distances are equal to the last bit.
struct NearestInstances: GenericOperation {
  let count: Int
  let includesItself: Bool
  let columns: Int
  let list: Int

  /// The number of sources compared with each target at a time.
  private static var tile: Int { 128 }

  var traits: OperationTraits {
    var traits = OperationTraits(backwardReads: [])
    traits.givenArguments = [0]
    traits.scratchColumns = Self.tile * columns
    return traits
  }

  func shape(of arguments: [VariableShape]) throws -> VariableShape {
    if count < 1 { throw GraphError("the nearest \(count) instances were asked for, expected at least 1") }
    _ = try arguments.onlyInstances("nearest")
    return VariableShape(rows: .pairs(list), columns: 1)
  }

  func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let pairs = pass.pairs[list]
    var next = 0
    pass.forEachBag { _, rows in
      let sources = min(count, includesItself ? rows.count : rows.count - 1)
      for row in rows {
        pairs.starts[row] = next
        next += sources
      }
    }
    pairs.starts[pass.instanceCount] = next
    pass.forEachBag { _, rows in
      for first in stride(from: rows.lowerBound, to: rows.upperBound, by: Self.tile) {
        let tile = first..<min(first + Self.tile, rows.upperBound)
        transpose(pass.value(0), tile, pass.scratch(0))
        for target in rows { compare(target, with: tile, in: rows, pass) }
      }
    }
  }

  /// Writes the rows of a tile side by side, feature by feature.
  private func transpose<Scalar>(
    _ features: UnsafePointer<Scalar>, _ tile: Range<Int>, _ result: UnsafeMutablePointer<Scalar>
  ) {
    for (position, row) in tile.enumerated() {
      for column in 0..<columns { result[column * tile.count + position] = features[row * columns + column] }
    }
  }

  /// Inserts the sources of a tile that are nearer than the previous ones; ties keep the order of the bag.
  private func compare<Scalar: KernelScalar>(
    _ target: Int, with tile: Range<Int>, in bag: Range<Int>, _ pass: OperationPass<Scalar>
  ) {
    let (pairs, tiled, distances) = (pass.pairs[list], pass.scratch(0), pass.scratch(1))
    let width = tile.count
    distances.update(repeating: 0, count: width)
    for column in 0..<columns {
      let (value, others) = (pass.value(0)[target * columns + column], tiled + column * width)
      for position in 0..<width {
        let difference = value - others[position]
        distances[position] += difference * difference
      }
    }
    let start = pairs.starts[target]
    let (room, best, sources) = (pairs.starts[target + 1] - start, pass.result + start, pairs.sources + start)
    if room == 0 { return }
    let before = tile.lowerBound - bag.lowerBound
    var taken = min(room, !includesItself && target < tile.lowerBound ? before - 1 : before)
    for position in 0..<width {
      let row = tile.lowerBound + position
      if row == target && !includesItself { continue }
      let distance = distances[position].isNaN ? Scalar.infinity : distances[position]
      if taken < room { taken += 1 } else if !(distance < best[room - 1]) { continue }
      var place = taken - 1
      while place > 0 && distance < best[place - 1] {
        best[place] = best[place - 1]
        sources[place] = sources[place - 1]
        place -= 1
      }
      best[place] = distance
      sources[place] = Int32(truncatingIfNeeded: row)
    }
  }

  /// Does nothing: distances have no gradient.
  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {}
}

extension Variable {
  /// Returns pairs of each instance, as target, with the k others of its bag nearest in this variable, as sources.
  ///
  /// The distance is Euclidean; ties go to the first instances in the bag. A bag with fewer than k others yields all of
  /// them, and a single instance has no source. Features may be those of the batch, those of a layer, which change with
  /// training, or ``ComputationGraph/places(columns:)``.
  ///
  /// Source: Y. Wang et al., Dynamic graph CNN for learning on point clouds, ACM Transactions on Graphics 38(5), 2019,
  /// doi:10.1145/3326362.
  /// - Parameters:
  ///   - count: k.
  ///   - includingItself: whether an instance may be its own neighbour.
  /// - Returns: the squared distances, one column with a row per pair, nearest first; without a gradient.
  public func nearest(_ count: Int, includingItself: Bool = false) -> Variable {
    graph.appendPairs(mostSources: max(count, 1)) { list in
      NearestInstances(count: count, includesItself: includingItself, columns: columns, list: list).applied(to: self)
    }
  }
}
