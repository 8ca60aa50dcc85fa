import MILBench
import PrecisionRecall

await MILBench.main(
  registry: try .standard(), metrics: .standard + [.averagePrecision], parts: .standard + [.precisionRecall])
