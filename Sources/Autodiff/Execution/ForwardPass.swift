import LinearAlgebra

extension Executor {
  /// Computes one operation.
  func forward(_ step: Step, _ batch: Batch<Scalar>) {
    let result = values[step.result]
    let count = rowCount(step.rows, batch) * step.columns
    switch step.operation {
    case .instances, .labels, .parameter, .constant: break
    case .linear: linear(step, batch, into: result)
    case .element(let function): apply(function, count, values[step.first], result)
    case .arithmetic(let function): combine(function, step, batch, into: result)
    case .reduceInstances(let reduction): reduce(reduction, step, batch, into: result)
    case .softmaxOverInstances: softmax(step, batch, into: result)
    case .broadcast: broadcast(step, batch, into: result)
    case .sumOverFeatures: sumOverFeatures(step, batch, into: result)
    case .length: length(step, batch, into: result)
    case .squash: squash(step, batch, into: result)
    case .concatenate: concatenate(step, batch, into: result)
    case .columns(let from): takeColumns(from, step, batch, into: result)
    case .dropout(let rate): dropout(rate, count, step, into: result)
    case .loss(let function): loss(function, step, batch, into: result)
    case .meanOverBags: meanOverBags(step, batch, into: result)
    case .weightedSum: weightedSum(step, batch, into: result)
    case .bagProduct: bagProduct(step, batch, into: result)
    }
  }

  /// Adds one operation's share to the gradients of its arguments.
  func backward(_ step: Step, _ batch: Batch<Scalar>) {
    let slope = UnsafePointer(gradients[step.result])
    let count = rowCount(step.rows, batch) * step.columns
    switch step.operation {
    case .instances, .labels, .parameter, .constant: break
    case .linear: linearBackward(step, batch, slope)
    case .element(let function):
      applyBackward(
        function, count, values[step.first], values[step.result], slope, gradients[step.first], step.flowToFirst)
    case .arithmetic(let function): combineBackward(function, step, batch, slope)
    case .reduceInstances(let reduction): reduceBackward(reduction, step, batch, slope)
    case .softmaxOverInstances: softmaxBackward(step, batch, slope)
    case .broadcast: broadcastBackward(step, batch, slope)
    case .sumOverFeatures: sumOverFeaturesBackward(step, batch, slope)
    case .length: lengthBackward(step, batch, slope)
    case .squash: squashBackward(step, batch, slope)
    case .concatenate: concatenateBackward(step, batch, slope)
    case .columns(let from): takeColumnsBackward(from, step, batch, slope)
    case .dropout: dropoutBackward(count, step, slope)
    case .loss(let function): lossBackward(function, step, batch, slope)
    case .meanOverBags: meanOverBagsBackward(step, batch, slope)
    case .weightedSum: weightedSumBackward(step, batch, slope)
    case .bagProduct: bagProductBackward(step, batch, slope)
    }
  }

  /// The number of columns of a node.
  @inline(__always)
  func columns(_ node: Int) -> Int { plan.nodes[node].columns }

  /// Stores or adds `value(i)` for i in 0 ..< count.
  @inline(__always)
  func fill(
    _ target: UnsafeMutablePointer<Scalar>, _ count: Int, _ flow: GradientFlow, _ value: (Int) -> Scalar
  ) {
    switch flow {
    case .none: break
    case .store: for i in 0..<count { target[i] = value(i) }
    case .add: for i in 0..<count { target[i] += value(i) }
    }
  }

  /// Clears a gradient that the following loop only adds to, where it is the first to do so.
  @inline(__always)
  func clear(_ target: UnsafeMutablePointer<Scalar>, _ count: Int, _ flow: GradientFlow) {
    if flow == .store { target.update(repeating: 0, count: count) }
  }
}
