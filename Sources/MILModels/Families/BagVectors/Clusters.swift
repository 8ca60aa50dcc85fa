import LinearAlgebra

/// Centres of instances by k-means.
///
/// The first centres are the means of equal parts along the first principal axis, so nothing is random. Iteration ends
/// when no instance changes its centre; a centre without instances keeps its position.
///
/// Sources: S. P. Lloyd, Least squares quantization in PCM, IEEE Transactions on Information Theory 28(2), 1982,
/// doi:10.1109/TIT.1982.1056489; T. Su, J. G. Dy, In search of deterministic methods for initializing k-means and
/// Gaussian mixture clustering, Intelligent Data Analysis 11(4), 2007, doi:10.3233/IDA-2007-11402.
struct Clusters: Sendable {
  /// The centres, one per row.
  private(set) var centres: Matrix<Double>

  /// Fits `count` centres, or one per instance if there are fewer.
  init(of instances: Matrix<Double>, count: Int, rounds: Int = 100) throws {
    let places = try PrincipalAxes(of: instances, energy: 1e-9).coordinates(of: instances).column(0)
    let order = places.indices.sorted { (places[$0], $0) < (places[$1], $1) }
    let parts = min(count, order.count)
    let owners = order.indices.map { $0 * parts / order.count }
    var owner = [Int](repeating: 0, count: order.count)
    for (place, row) in order.enumerated() { owner[row] = owners[place] }
    self.init(centres: Matrix(rows: parts, columns: instances.columns))
    move(to: instances, owner)
    refine(instances, rounds: rounds)
  }

  /// Creates clusters with given centres.
  init(centres: Matrix<Double>) { self.centres = centres }

  /// Iterates from the current centres.
  mutating func refine(_ instances: Matrix<Double>, rounds: Int) {
    var owner: [Int] = []
    for _ in 0..<rounds {
      let next = nearest(instances)
      if next == owner { return }
      owner = next
      move(to: instances, owner)
    }
  }

  /// Returns the centre nearest to each row; ties go to the first.
  func nearest(_ instances: Matrix<Double>) -> [Int] {
    // |x - c|^2 minus |x|^2, which is the same for all centres.
    let products = instances.multiplied(by: centres, transposingOther: true)
    let norms = (0..<centres.rows).map { centres.row($0).reduce(0) { $0 + $1 * $1 } }
    return products.withUnsafeElements { products in
      (0..<instances.rows).map { row in
        let own = products[(row * norms.count)..<((row + 1) * norms.count)]
        let distances = zip(norms, own).map { $0 - 2 * $1 }
        return distances.indices.reduce(0) { distances[$1] < distances[$0] ? $1 : $0 }
      }
    }
  }

  /// Returns the sum over each centre's rows of the row minus the centre, one per row.
  func residualSums(_ instances: Matrix<Double>) -> Matrix<Double> {
    var result = Matrix<Double>(rows: centres.rows, columns: centres.columns)
    for (row, owner) in nearest(instances).enumerated() {
      for column in 0..<centres.columns { result[owner, column] += instances[row, column] - centres[owner, column] }
    }
    return result
  }

  private mutating func move(to instances: Matrix<Double>, _ owner: [Int]) {
    var memberships = Matrix<Double>(rows: instances.rows, columns: centres.rows)
    var counts = [Double](repeating: 0, count: centres.rows)
    for (row, centre) in owner.enumerated() {
      memberships[row, centre] = 1
      counts[centre] += 1
    }
    let sums = memberships.multiplied(by: instances, transposingSelf: true)
    for centre in counts.indices where counts[centre] > 0 {
      for column in 0..<centres.columns { centres[centre, column] = sums[centre, column] / counts[centre] }
    }
  }
}
