import LinearAlgebra

/// Operations over the instances of each bag.
extension Executor {
  func reduce(
    _ reduction: InstanceReduction, _ step: Step, _ batch: Batch<Scalar>, into result: UnsafeMutablePointer<Scalar>
  ) {
    let width = step.columns
    for bag in 0..<batch.bagCount {
      let rows = batch.starts[bag]..<batch.starts[bag + 1]
      let input = UnsafePointer(values[step.first])
      let result = result + bag * width
      switch reduction {
      case .sum: addRows(rows, input, width, result)
      case .mean:
        addRows(rows, input, width, result)
        let share = 1 / Scalar(rows.count)
        for column in 0..<width { result[column] *= share }
      case .maximum:
        maximum(rows, input, width, result, positions: plan.isTraining ? memories[step.result] + bag * width : nil)
      case .logMeanExp(let sharpness): logMeanExp(rows, input, width, Scalar(sharpness), result)
      case .topMean(let count):
        topMean(
          count, rows, input, width, result, smallest: plan.isTraining ? memories[step.result] + bag * width : nil)
      }
    }
  }

  @inline(__always)
  private func addRows(
    _ rows: Range<Int>, _ input: UnsafePointer<Scalar>, _ width: Int, _ result: UnsafeMutablePointer<Scalar>
  ) {
    result.update(repeating: 0, count: width)
    for row in rows {
      let input = input + row * width
      for column in 0..<width { result[column] += input[column] }
    }
  }

  /// The largest value of each column and, for the backward pass, the row it stands in, counted from the bag's first.
  private func maximum(
    _ rows: Range<Int>, _ input: UnsafePointer<Scalar>, _ width: Int, _ result: UnsafeMutablePointer<Scalar>,
    positions: UnsafeMutablePointer<Scalar>?
  ) {
    result.update(from: input + rows.lowerBound * width, count: width)
    positions?.update(repeating: 0, count: width)
    for row in rows.dropFirst() {
      let input = input + row * width
      if let positions {
        // Rows are counted in the matrix's own scalar, which is exact up to 2^24 instances a bag.
        let position = Scalar(row - rows.lowerBound)
        for column in 0..<width where input[column] > result[column] || input[column].isNaN {
          result[column] = input[column]
          positions[column] = position
        }
      } else {
        for column in 0..<width where input[column] > result[column] || input[column].isNaN {
          result[column] = input[column]
        }
      }
    }
  }

  private func logMeanExp(
    _ rows: Range<Int>, _ input: UnsafePointer<Scalar>, _ width: Int, _ sharpness: Scalar,
    _ result: UnsafeMutablePointer<Scalar>
  ) {
    maximum(rows, input, width, result, positions: nil)
    let (sum, term) = (scratch, scratch + scratchColumns)
    sum.update(repeating: 0, count: width)
    for row in rows {
      let input = input + row * width
      for column in 0..<width { term[column] = input[column] - result[column] }
      Scalar.exponential(width, term, scale: sharpness, shift: 0, term)
      for column in 0..<width { sum[column] += term[column] }
    }
    for column in 0..<width { result[column] += Scalar.logarithm(sum[column] / Scalar(rows.count)) / sharpness }
  }

  func reduceBackward(
    _ reduction: InstanceReduction, _ step: Step, _ batch: Batch<Scalar>, _ slope: UnsafePointer<Scalar>
  ) {
    let width = step.columns
    let flow = step.flowToFirst
    if reduction == .maximum { clear(gradients[step.first], batch.instanceCount * width, flow) }
    for bag in 0..<batch.bagCount {
      let rows = batch.starts[bag]..<batch.starts[bag + 1]
      let slope = slope + bag * width
      let target = gradients[step.first]
      switch reduction {
      case .sum: for row in rows { fill(target + row * width, width, flow) { slope[$0] } }
      case .mean:
        let share = 1 / Scalar(rows.count)
        for row in rows { fill(target + row * width, width, flow) { slope[$0] * share } }
      case .maximum:
        let positions = memories[step.result] + bag * width
        for column in 0..<width {
          target[(rows.lowerBound + positions[column].index) * width + column] += slope[column]
        }
      case .logMeanExp(let sharpness):
        let (input, result) = (values[step.first], values[step.result] + bag * width)
        let (share, term) = (1 / Scalar(rows.count), scratch)
        for row in rows {
          let input = input + row * width
          for column in 0..<width { term[column] = input[column] - result[column] }
          Scalar.exponential(width, term, scale: Scalar(sharpness), shift: 0, term)
          fill(target + row * width, width, flow) { slope[$0] * term[$0] * share }
        }
      case .topMean(let count): topMeanBackward(count, rows, step, slope, smallest: memories[step.result] + bag * width)
      }
    }
  }

  func softmax(_ step: Step, _ batch: Batch<Scalar>, into result: UnsafeMutablePointer<Scalar>) {
    let (input, width) = (UnsafePointer(values[step.first]), step.columns)
    let (bound, sum) = (scratch, scratch + scratchColumns)
    for bag in 0..<batch.bagCount {
      let rows = batch.starts[bag]..<batch.starts[bag + 1]
      maximum(rows, input, width, bound, positions: nil)
      let (first, count) = (result + rows.lowerBound * width, rows.count * width)
      if width == 1 {
        Scalar.exponential(count, input + rows.lowerBound, scale: 1, shift: -bound[0], first)
      } else {
        for row in rows {
          let (input, result) = (input + row * width, result + row * width)
          for column in 0..<width { result[column] = input[column] - bound[column] }
        }
        Scalar.exponential(count, first, scale: 1, shift: 0, first)
      }
      addRows(rows, result, width, sum)
      for column in 0..<width { sum[column] = 1 / sum[column] }
      for row in rows {
        let result = result + row * width
        for column in 0..<width { result[column] *= sum[column] }
      }
    }
  }

  func softmaxBackward(_ step: Step, _ batch: Batch<Scalar>, _ slope: UnsafePointer<Scalar>) {
    let (result, width) = (UnsafePointer(values[step.result]), step.columns)
    let inner = scratch
    for bag in 0..<batch.bagCount {
      let rows = batch.starts[bag]..<batch.starts[bag + 1]
      inner.update(repeating: 0, count: width)
      for row in rows {
        let (result, slope) = (result + row * width, slope + row * width)
        for column in 0..<width { inner[column] += result[column] * slope[column] }
      }
      for row in rows {
        let (result, slope) = (result + row * width, slope + row * width)
        fill(gradients[step.first] + row * width, width, step.flowToFirst) { result[$0] * (slope[$0] - inner[$0]) }
      }
    }
  }

  func broadcast(_ step: Step, _ batch: Batch<Scalar>, into result: UnsafeMutablePointer<Scalar>) {
    let (input, width) = (values[step.first], step.columns)
    let bagStride = plan.nodes[step.first].rows == .single ? 0 : width
    forEachRow(.instances, batch) { row, bag in
      (result + row * width).update(from: input + bag * bagStride, count: width)
    }
  }

  func broadcastBackward(_ step: Step, _ batch: Batch<Scalar>, _ slope: UnsafePointer<Scalar>) {
    let width = step.columns
    let rows = plan.nodes[step.first].rows
    let bagStride = rows == .single ? 0 : width
    clear(gradients[step.first], rowCount(rows, batch) * width, step.flowToFirst)
    forEachRow(.instances, batch) { row, bag in
      let slope = slope + row * width
      fill(gradients[step.first] + bag * bagStride, width, .add) { slope[$0] }
    }
  }
}

/// The two fused products of a bag: weights' x features and features x bag vector.
extension Executor {
  func weightedSum(_ step: Step, _ batch: Batch<Scalar>, into result: UnsafeMutablePointer<Scalar>) {
    let (weights, features, width) = (values[step.first], values[step.second], step.columns)
    for bag in 0..<batch.bagCount {
      let (start, count) = (batch.starts[bag], batch.starts[bag + 1] - batch.starts[bag])
      Scalar.gemv(
        transpose: true, m: count, n: width, alpha: 1, a: features + start * width, lda: width,
        x: weights + start, beta: 0, y: result + bag * width)
    }
  }

  func weightedSumBackward(_ step: Step, _ batch: Batch<Scalar>, _ slope: UnsafePointer<Scalar>) {
    let (weights, features, width) = (values[step.first], values[step.second], step.columns)
    for bag in 0..<batch.bagCount {
      let rows = batch.starts[bag]..<batch.starts[bag + 1]
      let slope = slope + bag * width
      if step.flowToFirst != .none {
        Scalar.gemv(
          transpose: false, m: rows.count, n: width, alpha: 1, a: features + rows.lowerBound * width, lda: width,
          x: slope, beta: step.flowToFirst == .add ? 1 : 0, y: gradients[step.first] + rows.lowerBound)
      }
      for row in rows {
        let weight = weights[row]
        fill(gradients[step.second] + row * width, width, step.flowToSecond) { weight * slope[$0] }
      }
    }
  }

  func bagProduct(_ step: Step, _ batch: Batch<Scalar>, into result: UnsafeMutablePointer<Scalar>) {
    let (features, vectors, width) = (values[step.first], values[step.second], columns(step.first))
    for bag in 0..<batch.bagCount {
      let (start, count) = (batch.starts[bag], batch.starts[bag + 1] - batch.starts[bag])
      Scalar.gemv(
        transpose: false, m: count, n: width, alpha: 1, a: features + start * width, lda: width,
        x: vectors + bag * width, beta: 0, y: result + start)
    }
  }

  func bagProductBackward(_ step: Step, _ batch: Batch<Scalar>, _ slope: UnsafePointer<Scalar>) {
    let (features, vectors, width) = (values[step.first], values[step.second], columns(step.first))
    for bag in 0..<batch.bagCount {
      let rows = batch.starts[bag]..<batch.starts[bag + 1]
      let vector = vectors + bag * width
      for row in rows {
        let share = slope[row]
        fill(gradients[step.first] + row * width, width, step.flowToFirst) { share * vector[$0] }
      }
      if step.flowToSecond != .none {
        Scalar.gemv(
          transpose: true, m: rows.count, n: width, alpha: 1, a: features + rows.lowerBound * width, lda: width,
          x: slope + rows.lowerBound, beta: step.flowToSecond == .add ? 1 : 0, y: gradients[step.second] + bag * width)
      }
    }
  }
}
