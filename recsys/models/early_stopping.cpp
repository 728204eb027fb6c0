#include "recsys/models/early_stopping.h"

#include "recsys/evaluation/evaluation.h"

namespace eckart::recsys {

double ValidationPeople::ndcg(const Recommender& model) const {
    const Evaluation measured = evaluate(model, split_, {.measures = {{MeasureKind::ndcg, 100}}});
    double sum = 0;
    for (const double value : measured.values.front()) sum += value;
    return sum / static_cast<double>(measured.values.front().size());
}

}  // namespace eckart::recsys
