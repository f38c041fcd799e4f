using Diffah.Engine.Compression;
using Diffah.Engine.Compression.Gzip;
using Diffah.Engine.Compression.Gzip.Encoders;
using Diffah.Engine.Compression.Gzip.Recipes;

namespace Diffah.Engine.Deltas.Codecs.Content.Nested;

/// <summary>
/// How a zip archive is made of its skeleton and the contents of its entries. Where all that can be cut out is cut out,
/// and zlib at level 6 makes it, nothing is said but the skeleton's length.
/// </summary>
internal sealed class ZipLayout : NestedLayout
{
    private const byte ClosedBit = 2;
    private const byte ProfilesBit = 4;
    private const byte RecipesBit = 8;
    private const byte Known = 0x0F;

    private static readonly EncoderProfile Usual = new(EncoderFamily.Zlib, 6);

    private readonly int _fileLength;
    private readonly IReadOnlyList<int> _runs;
    private readonly IReadOnlyList<ProfileRun> _profiles;
    private readonly GzipRecipe? _recipes;

    /// <param name="fileLength">The bytes of the archive.</param>
    /// <param name="skeletonLength">The bytes of its skeleton.</param>
    /// <param name="runs">How many that can be cut out are, then how many are not, and so on; all behind the last are.
    /// </param>
    /// <param name="profiles">The encoders of the deflate streams that are cut out.</param>
    /// <param name="recipes">A member for each stream whose profile is none.</param>
    public ZipLayout(
        int fileLength, int skeletonLength, IReadOnlyList<int> runs, IReadOnlyList<ProfileRun> profiles,
        GzipRecipe? recipes)
    {
        (_fileLength, _runs, _profiles, _recipes) = (fileLength, runs, profiles, recipes);
        FirstLength = skeletonLength;
    }

    public override int FirstLength { get; }

    public override int ClosedBytes => Closed;

    /// <summary>What <see cref="ClosedBytes"/> says; only its maker knows.</summary>
    public int Closed { get; init; }

    public override void Write(ByteList output, int guess)
    {
        var isUsual = _profiles.All(run => run.Profile == Usual);
        output.Add((byte)(ZipBit | (_runs.Count > 0 ? ClosedBit : 0) | (isUsual ? 0 : ProfilesBit)
            | (_recipes is null ? 0 : RecipesBit)));
        WriteLength(output, FirstLength, guess);
        if (_runs.Count > 0)
        {
            output.AddNumber((ulong)_runs.Count);
            foreach (var run in _runs)
                output.AddNumber((ulong)run);
        }
        if (!isUsual)
            WriteProfiles(output);
        if (_recipes is null)
            return;
        var recipes = _recipes.ToBytes();
        output.AddNumber((ulong)recipes.Length);
        output.Add(recipes);
    }

    public static ZipLayout Read(byte flags, ref ByteCursor input, int fileLength, int guess)
    {
        if ((flags & ~Known) != 0)
            throw ByteCursor.Invalid("is of no kind");
        var length = ReadLength(ref input, guess, fileLength);
        var runs = (flags & ClosedBit) != 0 ? ReadRuns(ref input) : [];
        var profiles = (flags & ProfilesBit) != 0 ? ReadProfiles(ref input) : [new(NestedBounds.Entries, Usual)];
        var recipes = (flags & RecipesBit) != 0
            ? GzipRecipe.Read(input.Take(input.TakeNumber(input.Left)))
            : null;
        return new(fileLength, length, runs, profiles, recipes);
    }

    public override NestedPlan Plan(ReadOnlyMemory<byte> first)
    {
        if (first.Length != FirstLength
            || ZipDirectory.Find(first.Span, _fileLength - first.Length) is not { } directory)
            throw PartRebuilder.Differs();
        var members = FindMembers(directory, first.Span);
        return new ZipPlan(first, members, FindWays(members));
    }

    private static int[] ReadRuns(ref ByteCursor input)
    {
        var runs = new int[(int)input.TakeNumber(Math.Min(NestedBounds.Entries, input.Left))];
        foreach (ref var run in runs.AsSpan())
            run = (int)input.TakeNumber(NestedBounds.Entries);
        return runs;
    }

    private static ProfileRun[] ReadProfiles(ref ByteCursor input)
    {
        var profiles = new ProfileRun[(int)input.TakeNumber(Math.Min(NestedBounds.Entries, input.Left / 3))];
        foreach (ref var run in profiles.AsSpan())
        {
            run = new(
                (int)input.TakeNumber(NestedBounds.Entries), new((EncoderFamily)input.Take(), input.Take()));
            if (run.Profile != default && !PlainDeflater.IsKnown(run.Profile))
                throw NestedRefusal.UnknownEncoder();
        }
        return profiles;
    }

    private void WriteProfiles(ByteList output)
    {
        output.AddNumber((ulong)_profiles.Count);
        foreach (var run in _profiles)
        {
            output.AddNumber((ulong)run.Count);
            output.Add((byte)run.Profile.Family);
            output.Add(run.Profile.Level);
        }
    }

    private List<ZipMember> FindMembers(ZipDirectory directory, ReadOnlySpan<byte> skeleton)
    {
        var members = new List<ZipMember>();
        var walk = new ZipWalk(directory, skeleton, isSkeleton: true);
        var (run, left) = (0, _runs.Count > 0 ? _runs[0] : int.MaxValue);
        while (walk.Next(out var member))
        {
            while (left == 0)
                left = ++run < _runs.Count ? _runs[run] : int.MaxValue;
            left--;
            if ((run & 1) != 0 && run < _runs.Count)
                continue;
            members.Add(member);
            walk.Cut(member);
        }
        return walk.Removed == _fileLength - skeleton.Length && members.Count > 0
            ? members
            : throw PartRebuilder.Differs();
    }

    /// <summary>How the data of each member is made.</summary>
    private List<ZipWay> FindWays(List<ZipMember> members)
    {
        var ways = new List<ZipWay>(members.Count);
        var (run, used, recipe) = (0, 0, 0);
        foreach (var member in members)
        {
            if (!member.Entry.IsDeflated)
            {
                ways.Add(default);
                continue;
            }
            for (; run < _profiles.Count && used == _profiles[run].Count; run++)
                used = 0;
            if (run == _profiles.Count)
                throw PartRebuilder.Differs();
            used++;
            var profile = _profiles[run].Profile;
            ways.Add(new(profile, profile == default ? TakeRecipe(recipe++, member) : null));
        }
        return ways;
    }

    private GzipRecipe TakeRecipe(int index, in ZipMember member)
    {
        if (_recipes is null || index >= _recipes.Members.Count)
            throw PartRebuilder.Differs();
        var recipe = new GzipRecipe([_recipes.Members[index]], default);
        return recipe.Length == member.Entry.Stored && recipe.ContentLength == member.Entry.Length
            ? recipe
            : throw PartRebuilder.Differs();
    }
}

/// <summary>Deflate streams that follow each other and are made by the same encoder.</summary>
/// <param name="Count">How many.</param>
/// <param name="Profile">The encoder; none where each has a recipe.</param>
internal readonly record struct ProfileRun(int Count, EncoderProfile Profile);

/// <summary>How the data of an entry is made of its content; by neither, where it is the content.</summary>
/// <param name="Profile">The encoder.</param>
/// <param name="Recipe">A recipe of its own.</param>
internal readonly record struct ZipWay(EncoderProfile Profile, GzipRecipe? Recipe);
