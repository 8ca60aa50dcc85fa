import MILBench
import TransformerBlock

await MILBench.main(registry: try .withTransformerBlock())
