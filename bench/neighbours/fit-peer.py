# Fits implicit's CosineRecommender to the pairs of a folder and prints one line of JSON; null where it is not installed.
import json
import os
import resource
import sys
import time

os.environ.setdefault('OPENBLAS_NUM_THREADS', '1')
try:
    import numpy as np
    from scipy.sparse import csr_matrix
    import implicit
    from implicit.nearest_neighbours import CosineRecommender
except ModuleNotFoundError:
    print('null')
    sys.exit(0)

directory, threads, neighbours, top, sample_step = sys.argv[1], *map(int, sys.argv[2:6])
users, items = (np.fromfile(f'{directory}/{name}.bin', dtype=np.uint32).astype(np.int32) for name in ('users', 'items'))

start = time.perf_counter()
matrix = csr_matrix((np.ones(len(users)), (users, items)))
matrix_s = time.perf_counter() - start

start, cpu_start = time.perf_counter(), time.process_time()
# An item is its own first neighbour here, so these are one fewer than ours.
model = CosineRecommender(K=neighbours, num_threads=threads)
model.fit(matrix, show_progress=False)
fit_s, cpu_s = time.perf_counter() - start, time.process_time() - cpu_start


def top_scores(item):
    row = model.similarity[item]
    return np.sort(row.data[row.indices != item])[::-1][:top].tolist()


print(json.dumps({
    'matrix_s': matrix_s,
    'fit_s': fit_s,
    'cpu_s': cpu_s,
    'rss_mb': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    'sample': [top_scores(item) for item in range(0, matrix.shape[1], sample_step)],
    'version': implicit.__version__,
}))
