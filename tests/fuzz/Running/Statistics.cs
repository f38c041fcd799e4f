namespace Diffah.Fuzz.Running;

/// <summary>What a class's inputs came to. One lock: it is little beside an input.</summary>
internal sealed class Statistics(string name)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _outcomes = [];

    public string Name => name;

    public long Inputs { get; private set; }

    public TimeSpan WorstTime { get; private set; }

    public long WorstAllocated { get; private set; }

    public long WorstGrowth { get; private set; }

    /// <summary>How long the class ran.</summary>
    public TimeSpan Elapsed { get; set; }

    /// <summary>Faults found, each with its first input's file and how many inputs showed it.</summary>
    public Dictionary<string, Fault> Faults { get; } = [];

    /// <summary>Operations by how they ended, the most frequent first.</summary>
    public IReadOnlyList<KeyValuePair<string, long>> Outcomes => [.. _outcomes.OrderByDescending(o => o.Value)];

    public long Operations => _outcomes.Values.Sum();

    /// <summary>Counts a result; true where its fault is one not seen before.</summary>
    public bool Add(InputResult result)
    {
        lock (_lock)
        {
            Inputs++;
            WorstTime = result.Time > WorstTime ? result.Time : WorstTime;
            WorstAllocated = Math.Max(WorstAllocated, result.Allocated);
            WorstGrowth = Math.Max(WorstGrowth, result.Growth);
            foreach (var outcome in result.Outcomes)
                _outcomes[outcome] = _outcomes.GetValueOrDefault(outcome) + 1;
            if (result.Broken is not { } broken)
                return false;
            if (Faults.TryGetValue(broken.Fault, out var known))
            {
                known.Count++;
                return false;
            }
            Faults[broken.Fault] = new Fault(broken.Message);
            return true;
        }
    }

    /// <summary>A fault that inputs show.</summary>
    internal sealed class Fault(string message)
    {
        public string Message => message;

        public long Count { get; set; } = 1;

        /// <summary>Where the first input is saved.</summary>
        public string Path { get; set; } = "";

        /// <summary>Where the first input came from.</summary>
        public string Origin { get; set; } = "";
    }
}
