import MILBench
import TopKPooling

await MILBench.main(registry: try .withTopKPooling())
