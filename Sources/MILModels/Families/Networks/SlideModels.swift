import Autodiff

extension ModelRegistry {
  /// Adds the networks that reviews of slide classification cover, and those of graphs and tokens.
  mutating func registerSlideNetworks() throws {
    try register(
      ModelRegistration(
        id: "mean-mlp", title: "Mean and MLP", summary: "The mean of the instances, classified by layers.",
        citation: "SiMLP, arXiv:2502.20823", MeanNetwork()))
    try register(
      ModelRegistration(
        id: "loss-attention", title: "Loss-Attention",
        summary: "The bag's classifier is that of instances, and what it says of each decides its weight.",
        citation: "X. Shi, F. Xing, Y. Xie, Z. Zhang, L. Cui, L. Yang, Loss-based attention for deep multiple instance "
          + "learning, AAAI 2020, doi:10.1609/aaai.v34i04.6030",
        LossAttentionNetwork()))
    try register(
      ModelRegistration(
        id: "dsmil", title: "DSMIL",
        summary: "Instances are weighted by their likeness to the bag's critical instance.",
        citation: "B. Li, Y. Li, K. W. Eliceiri, Dual-stream multiple instance learning network for whole slide image "
          + "classification with self-supervised contrastive learning, CVPR 2021, doi:10.1109/CVPR46437.2021.01409",
        DualStreamNetwork()))
    try register(
      ModelRegistration(
        id: "clam-sb", title: "CLAM-SB",
        summary:
          "Gated attention, whose most and least attended instances are told apart by a classifier of their own.",
        citation: lu2021, ClusteringAttentionNetwork()))
    try register(
      ModelRegistration(
        id: "clam-mb", title: "CLAM-MB", summary: "CLAM with attention of its own for each class.",
        citation: lu2021, ClusteringAttentionNetwork(branches: true)))
    try register(
      ModelRegistration(
        id: "trans-mil", title: "TransMIL",
        summary: "Instances attend to each other, with positions from their order, and a class token to all of them.",
        citation:
          "Z. Shao, H. Bian, Y. Chen, Y. Wang, J. Zhang, X. Ji, Y. Zhang, TransMIL: transformer based correlated "
          + "multiple instance learning for whole slide image classification, NeurIPS 2021, arXiv:2106.00908",
        CorrelatedTransformerNetwork()))
    try register(
      ModelRegistration(
        id: "dtfd-mil", title: "DTFD-MIL",
        summary: "A bag is cut into pseudo-bags; each is classified, and then what is distilled of them.",
        citation:
          "H. Zhang, Y. Meng, Y. Zhao, Y. Qiao, X. Yang, S. E. Coupland, Y. Zheng, DTFD-MIL: double-tier feature "
          + "distillation multiple instance learning for histopathology whole slide image classification, CVPR 2022, "
          + "doi:10.1109/CVPR52688.2022.01824",
        PseudoBagNetwork()))
    try register(
      ModelRegistration(
        id: "mhim", title: "MHIM-MIL",
        summary: "A student that does not see the instances which its teacher, a slow copy of it, attends to most.",
        citation:
          "W. Tang, S. Huang, X. Zhang, F. Zhou, Y. Zhang, B. Liu, Multiple instance learning framework with masked "
          + "hard instance mining for whole slide image classification, ICCV 2023, doi:10.1109/ICCV51070.2023.00377",
        MaskedHardNetwork()))
    try registerOtherSlideNetworks()
  }

  private mutating func registerOtherSlideNetworks() throws {
    try register(
      ModelRegistration(
        id: "prototype-mil", title: "Prototypes",
        summary: "Instances are shared out softly among learned prototypes, and the bag is what each of them got.",
        citation:
          "L. Yang, D. Mehta, S. Liu, D. Mahapatra, A. Di Ieva, Z. Ge, TPMIL: trainable prototype enhanced multiple "
          + "instance learning for whole slide image classification, MIDL 2023 (the idea; no code was released)",
        PrototypeNetwork()))
    try register(
      ModelRegistration(
        id: "attention-distil", title: "Attention distillation",
        summary: "A student of instances learns from the attention of a teacher of bags, with doubt.",
        citation:
          "L. Qu, X. Luo, M. Wang, Z. Song, Bi-directional weakly supervised knowledge distillation for whole slide "
          + "image classification, NeurIPS 2022, arXiv:2210.03664",
        AttentionDistillationNetwork()))
    try register(
      ModelRegistration(
        id: "scale-distil", title: "Scale distillation",
        summary: "Two scales of one bag, told apart by the last feature, of which the fine one teaches the coarse one.",
        citation:
          "G. Bontempo, A. Porrello, F. Bolelli, S. Calderara, E. Ficarra, DAS-MIL: distilling across scales for MIL "
          + "classification of histological WSIs, MICCAI 2023, doi:10.1007/978-3-031-43907-0_24",
        ScaleDistillationNetwork()))
    try register(
      ModelRegistration(
        id: "simple-mil", title: "SimpleMIL (nnMIL)",
        summary: "Gated attention straight on the features, trained on a random part of them in each step.",
        citation: "nnMIL, github.com/Luoxd1996/nnMIL", ChannelSamplingNetwork()))
    try register(
      ModelRegistration(
        id: "gnn-mil", title: "GNN-MIL",
        summary: "A bag is a graph of nearest instances, which is brought down to a few clusters.",
        citation: "M. Tu, J. Huang, X. He, B. Zhou, Multiple instance learning with graph neural networks, ICML 2019 "
          + "workshop, arXiv:1906.04881",
        GraphClusterNetwork()))
  }

  private var lu2021: String {
    "M. Y. Lu, D. F. K. Williamson, T. Y. Chen, R. J. Chen, M. Barbieri, F. Mahmood, Data-efficient and weakly supervised "
      + "computational pathology on whole-slide images, Nature Biomedical Engineering 5, 2021, doi:10.1038/s41551-020-00682-w"
  }
}
