/// The models of MILBench's own registry whose code is part of a release.
///
/// Trials of these are told apart by the version of the harness and stay current over builds, so that finished runs can be
/// taken up anywhere. Trials of any other model are current only for the very program that ran them: a model under
/// development is run again after each change. Add a model here when its code and its results are settled.
enum ReleasedModels {
  /// Their ids.
  static let ids: Set<String> = [
    "attention", "constant", "dp-minn", "elm-mil", "extreme-attention", "gated-attention", "logistic-bag-mean",
    "mi-kernel", "mi-net-bag", "mi-net-ds", "mi-net-instance", "mi-net-latents", "mi-net-max-mean",
    "mi-net-noisy-or", "mi-net-p-norm", "mi-net-rc", "mi-net-softmax", "mi-net-top-k", "mi-svm-bag",
    "mi-svm-instance", "nsk-svm", "sil-svm",
  ]
}
