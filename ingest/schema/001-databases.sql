-- raw: as it arrived. mart: what analysts, boards and jobs read. ops: how the pipeline itself is doing.
CREATE DATABASE IF NOT EXISTS raw ENGINE = Atomic COMMENT 'Events as they arrived'

-- then

CREATE DATABASE IF NOT EXISTS mart ENGINE = Atomic COMMENT 'What analysts, boards and jobs read'

-- then

CREATE DATABASE IF NOT EXISTS ops ENGINE = Atomic COMMENT 'Blocks, migrations and job runs of the pipeline'
