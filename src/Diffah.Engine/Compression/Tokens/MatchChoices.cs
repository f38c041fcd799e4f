namespace Diffah.Engine.Compression.Tokens;

/// <summary>
/// The distances that a match at a place may have, likeliest first: that of the reference, the last ones, then those at
/// which no nearer match is as long, from the longest on. All else is told by its rank in the chain, or as it is.
/// </summary>
internal sealed class MatchChoices(ContentBuffer content, TokenSettings settings, MatchChains chains)
{
    /// <summary>A place of the chain, by its rank.</summary>
    public const int Ranked = 14;

    /// <summary>A distance as it is.</summary>
    public const int Raw = 15;

    private const int Repeats = 1;
    private const int Steps = 4;
    private const int MostRank = 255;

    private readonly int[] _distances = new int[Ranked];
    private readonly int[] _stepLengths = new int[TokenSettings.MostDepth + 1];
    private readonly int[] _stepDistances = new int[TokenSettings.MostDepth + 1];
    private readonly List<int> _ranks = [];

    /// <summary>Steps of work since it was taken.</summary>
    public long Work { get; set; }

    /// <summary>How many distances are longer than all nearer ones.</summary>
    public int StepCount { get; private set; }

    /// <summary>Looks at a place.</summary>
    public void Find(int position, in Candidate candidate, ReadOnlySpan<int> repeats, int most, int depth)
    {
        _distances.AsSpan().Clear();
        _ranks.Clear();
        StepCount = 0;
        most = Math.Min(most, settings.MaximumMatch);
        _distances[0] = candidate.ReferenceDistance;
        for (var index = 0; index < settings.Repeats; index++)
            _distances[Repeats + index] = repeats[index];
        var length = settings.MinimumMatch - 1;
        var walk = chains.From(position);
        for (var left = depth; left > 0 && length < most; left--)
        {
            var place = walk.Next();
            if (place < 0)
                break;
            Work++;
            _ranks.Add(position - place);
            if (content[place + length] != content[position + length])
                continue;
            var equal = content.Equal(position, place, most);
            Work += equal >> 4;
            if (equal <= length)
                continue;
            length = equal;
            (_stepLengths[StepCount], _stepDistances[StepCount++]) = (equal, position - place);
        }
        for (var step = 0; step < StepCount && Steps + step < Ranked; step++)
            _distances[Steps + step] = _stepDistances[StepCount - 1 - step];
    }

    /// <summary>The choice of a distance.</summary>
    public int IndexOf(int distance)
    {
        var index = Array.IndexOf(_distances, distance);
        return index >= 0 ? index : _ranks.Contains(distance) ? Ranked : Raw;
    }

    /// <summary>The distance of a choice.</summary>
    public int At(int choice) => _distances[choice];

    /// <summary>The rank of a distance.</summary>
    public int Rank(int distance) => Math.Max(0, _ranks.IndexOf(distance));

    /// <summary>The distance of a rank.</summary>
    public int AtRank(int rank) => rank < Math.Min(MostRank, _ranks.Count)
        ? _ranks[rank] : throw ByteCursor.Invalid("has a rank out of its bounds");

    /// <summary>How the reference's distance stands among the others: 0 for none.</summary>
    public int ReferencePlace => _distances[0] == 0 ? 0 : Array.IndexOf(_distances, _distances[0], 1) + 2;

    /// <summary>How the last distance stands among those of the chain: 0 for none.</summary>
    public int RepeatPlace => _distances[1] == 0 ? 0 : Array.IndexOf(_distances, _distances[1], Steps) + 2;

    /// <summary>How long the next shorter match is than a choice's; 0 where there is none.</summary>
    public int LengthBelow(int choice)
    {
        var step = StepCount - 2 - (choice - Steps);
        return choice >= Steps && choice < Ranked && step >= 0 ? _stepLengths[step] : 0;
    }
}
