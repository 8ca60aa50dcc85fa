/// The models of MILBench's own registry whose code is part of a release.
///
/// Trials of these are identified by the version of the harness and stay current over builds, so that finished runs can
/// be resumed anywhere. Trials of any other model are current only for the exact program that ran them: a model under
/// development is run again after each change. Add a model here when its code and its results are final.
enum ReleasedModels {
  /// The ids of the released models.
  static let ids: Set<String> = [
    "apr", "attention", "attention-distil", "bag-summary", "citation-knn", "clam-mb", "clam-sb", "co-attention",
    "constant", "diverse-density", "dp-minn", "dsmil", "dtfd-mil", "elm-mil", "em-dd", "extreme-attention",
    "gated-attention", "gated-fusion", "gnn-mil", "late-fusion", "logistic-bag-mean", "loss-attention", "mean-mlp",
    "mhim", "mi-emd", "mi-fv", "mi-graph", "mi-kernel", "mi-net-bag", "mi-net-ds", "mi-net-hopfield", "mi-net-instance",
    "mi-net-latents", "mi-net-max-mean", "mi-net-noisy-or", "mi-net-p-norm", "mi-net-rc", "mi-net-smooth-attention",
    "mi-net-softmax", "mi-net-top-k", "mi-nn", "mi-svm-bag", "mi-svm-instance", "mi-vlad", "milboost", "miles",
    "nsk-svm", "prototype-mil", "retrieval-mil", "scale-distil", "sil-svm", "simple-mi", "simple-mil", "trans-mil",
  ]
}
