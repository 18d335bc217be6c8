-- The facts of an analysis are read along the timeline (0016): nobody looks here for them any more.
DROP INDEX analyses_facts;
