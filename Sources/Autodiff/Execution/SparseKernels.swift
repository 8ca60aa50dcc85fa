import LinearAlgebra

/// The entries of a batch of sparse rows, column by column, worked out anew for each batch.
final class SparseColumns<Scalar: KernelScalar> {
  /// The number of columns.
  let width: Int
  /// The number of entries there is room for.
  let capacity: Int
  /// The first entry of each column, and the number of entries.
  fileprivate let starts: IndexStorage
  fileprivate let rows: IndexStorage
  fileprivate let values: AlignedStorage<Scalar>
  /// The columns that are not 0 throughout, their bases, and the first entry of each.
  fileprivate let live: IndexStorage
  fileprivate let liveBases: AlignedStorage<Scalar>
  fileprivate let liveStarts: IndexStorage

  init(width: Int, entries: Int) {
    self.width = width
    capacity = entries
    starts = IndexStorage(count: width + 2)
    rows = IndexStorage(count: entries)
    values = AlignedStorage(count: entries)
    live = IndexStorage(count: width)
    liveBases = AlignedStorage(count: width)
    liveStarts = IndexStorage(count: width + 1)
  }

  /// Sorts the entries of the batch's rows by column; those of a column stay in the order of rows.
  fileprivate func collect(_ sparse: SparsePointers<Scalar>, _ batchRows: UnsafePointer<Int32>, _ rowCount: Int) {
    // starts[c + 2] counts column c, then becomes where its next entry goes as starts[c + 1].
    let starts = starts.baseAddress
    starts.update(repeating: 0, count: width + 2)
    for row in 0..<rowCount {
      let source = Int(batchRows[row])
      for entry in sparse.starts[source]..<sparse.starts[source + 1] { starts[Int(sparse.columns[entry]) + 2] += 1 }
    }
    for column in 0..<width { starts[column + 2] += starts[column + 1] }
    for row in 0..<rowCount {
      let source = Int(batchRows[row])
      for entry in sparse.starts[source]..<sparse.starts[source + 1] {
        let place = Int(starts[Int(sparse.columns[entry]) + 1])
        rows.baseAddress[place] = Int32(row)
        values.baseAddress[place] = sparse.differences[entry]
        starts[Int(sparse.columns[entry]) + 1] += 1
      }
    }
  }

  /// Lists the columns to follow: all of them, or those that are not 0 throughout the training.
  fileprivate func list(_ sparse: SparsePointers<Scalar>, all: Bool) -> Int {
    let count = all ? width : sparse.liveColumns.count
    for index in 0..<count {
      let column = all ? index : Int(sparse.liveColumns[index])
      live.baseAddress[index] = Int32(column)
      liveBases.baseAddress[index] = sparse.base[column]
      // Columns between have no entries, so that the end of one is the start of the next.
      liveStarts.baseAddress[index] = starts.baseAddress[column]
    }
    liveStarts.baseAddress[count] = starts.baseAddress[width]
    return count
  }
}

/// A linear map of instances that come as sparse rows; see ``SparseRows``.
extension Executor {
  func sparseLinear(
    _ step: Step, _ batch: Batch<Scalar>, _ sparse: SparsePointers<Scalar>, _ rows: UnsafePointer<Int32>,
    into result: UnsafeMutablePointer<Scalar>
  ) {
    let (width, inner) = (step.columns, plan.nodes[0].columns)
    let weight = UnsafePointer(values[step.second])
    let start = scratch
    if step.third >= 0 {
      start.update(from: values[step.third], count: width)
    } else {
      start.update(repeating: 0, count: width)
    }
    if sparse.isShifted, let base = sparse.base.baseAddress {
      Scalar.gemv(
        transpose: true, m: inner, n: width, alpha: 1, a: weight, lda: width, x: base, beta: 1, y: start)
    }
    guard let columns = sparse.columns.baseAddress, let differences = sparse.differences.baseAddress else {
      // No entries at all.
      for row in 0..<batch.instanceCount { (result + row * width).update(from: start, count: width) }
      return
    }
    for row in 0..<batch.instanceCount {
      let first = sparse.starts[Int(rows[row])]
      Scalar.sparseRowProduct(
        sparse.starts[Int(rows[row]) + 1] - first, columns + first, differences + first, weight, n: width,
        start: start, result + row * width)
    }
  }

  /// Moves the weights along their gradient base (sum of slopes)' + S' slope.
  func sparseFollow(
    _ step: Step, _ batch: Batch<Scalar>, _ sparse: SparsePointers<Scalar>, _ rows: UnsafePointer<Int32>,
    _ slope: UnsafePointer<Scalar>, _ parameter: Int, _ optimiser: OptimiserState<Scalar>
  ) {
    let width = step.columns
    let total = scratch
    total.update(repeating: 0, count: width)
    for row in 0..<batch.instanceCount {
      let slope = slope + row * width
      for column in 0..<width { total[column] += slope[column] }
    }
    sparseColumns.collect(sparse, rows, batch.instanceCount)
    let count = sparseColumns.list(sparse, all: optimiser.decays(parameter))
    optimiser.follow(
      parameter,
      SparseOuter(
        n: width, columns: sparseColumns.live.baseAddress, count: count, base: sparseColumns.liveBases.baseAddress,
        starts: sparseColumns.liveStarts.baseAddress, rows: sparseColumns.rows.baseAddress,
        values: sparseColumns.values.baseAddress, total: total, d: slope))
  }
}
