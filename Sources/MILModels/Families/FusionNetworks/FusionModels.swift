import Autodiff

extension ModelRegistry {
  /// Adds the networks that read features of bags beside those of instances.
  mutating func registerFusionNetworks() throws {
    try register(
      ModelRegistration(
        id: "late-fusion", title: "Late fusion",
        summary: "Pooled instances and the features of their bag, side by side in one classifier.",
        citation: "R. J. Chen, M. Y. Lu, D. F. K. Williamson et al., Pan-cancer integrative histology-genomic analysis "
          + "via multimodal deep learning, Cancer Cell 40(8), 2022, doi:10.1016/j.ccell.2022.07.004",
        LateFusionNetwork()))
    try register(
      ModelRegistration(
        id: "gated-fusion", title: "Pathomic Fusion",
        summary: "All products of gated vectors, one of the pooled instances and one of the features of their bag.",
        citation: "R. J. Chen, M. Y. Lu, J. Wang et al., Pathomic fusion: an integrated framework for fusing "
          + "histopathology and genomic features for cancer diagnosis and prognosis, IEEE Transactions on Medical "
          + "Imaging 41(4), 2022, doi:10.1109/TMI.2020.3021387",
        GatedFusionNetwork()))
    try register(
      ModelRegistration(
        id: "co-attention", title: "MCAT",
        summary: "Groups of the features of a bag attend to its instances, and transformers read both.",
        citation: "R. J. Chen, M. Y. Lu, W.-H. Weng et al., Multimodal co-attention transformer for survival "
          + "prediction in gigapixel whole slide images, ICCV 2021, doi:10.1109/ICCV48922.2021.00398",
        CoAttentionNetwork()))
  }
}
