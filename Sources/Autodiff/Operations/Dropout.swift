import CKernels
import LinearAlgebra

/// Random zeroing of elements with probability `rate` in training; the others are divided by 1 - `rate`.
///
/// It saves the factor of each element.
struct Dropout: BagOperation {
  let rate: Double

  var traits: OperationTraits {
    var traits = OperationTraits(
      treatsInstancesSeparately: true, backwardReads: [], saves: .elements, worksInPlace: true)
    traits.keepsSigns = true
    traits.isIdentityWhenScoring = true
    return traits
  }

  func shape(of arguments: [VariableShape]) throws -> VariableShape {
    if rate < 0 || rate >= 1 || rate.isNaN { throw GraphError("dropout has rate \(rate), expected 0 <= rate < 1") }
    return try arguments.only("dropout")
  }

  func forward(_ pass: OperationPass<Float>) {
    draw(pass) { start, count, random, threshold, scale in
      ck_dropout(
        count, random, threshold, scale, pass.value(0) + start, pass.saved + start, pass.result + start)
    }
  }

  func forward(_ pass: OperationPass<Double>) {
    let (input, mask, result) = (pass.value(0), pass.saved, pass.result)
    draw(pass) { start, count, random, threshold, scale in
      for i in 0..<count {
        mask[start + i] = random[i] < threshold ? 0 : scale
        result[start + i] = input[start + i] * mask[start + i]
      }
    }
  }

  func backward(_ pass: OperationPass<Float>) { differentiate(pass) }
  func backward(_ pass: OperationPass<Double>) { differentiate(pass) }

  /// Calls `body` for parts of the elements, with a random number for each; an element is dropped if its number is
  /// below the threshold.
  @inline(__always)
  private func draw<Scalar: KernelScalar>(
    _ pass: OperationPass<Scalar>,
    _ body: (_ start: Int, _ count: Int, _ random: UnsafePointer<UInt16>, _ threshold: UInt16, _ scale: Scalar) -> Void
  ) {
    let count = pass.count
    // One random word serves four elements; the kept ones are scaled by the exact probability used.
    let threshold = UInt16(min((rate * 65536).rounded(), 65535))
    let scale = 65536 / (65536 - Scalar(threshold))
    pass.withRandom { generator in
      // Small enough for the stack.
      withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 128) { words in
        guard let random = UnsafeRawPointer(words.baseAddress)?.assumingMemoryBound(to: UInt16.self) else { return }
        for start in stride(from: 0, to: count, by: 4 * words.count) {
          let chunk = min(4 * words.count, count - start)
          for index in 0..<(chunk + 3) / 4 { words[index] = generator.next().littleEndian }
          body(start, chunk, random, threshold, scale)
        }
      }
    }
  }

  private func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (slope, mask) = (pass.slope, pass.saved)
    pass.fill(0) { slope[$0] * mask[$0] }
  }
}

extension Variable {
  /// Returns each element set to 0 with probability `rate` in training and the others divided by 1 - `rate`; unchanged
  /// in scoring.
  ///
  /// Source: N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov, Dropout, Journal of Machine
  /// Learning Research 15, 2014. Deviation: the rate is rounded to a multiple of 1/65536.
  public func dropout(_ rate: Double) -> Variable { rate == 0 ? self : Dropout(rate: rate).applied(to: self) }
}
