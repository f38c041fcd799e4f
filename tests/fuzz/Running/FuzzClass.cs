using Diffah.Fuzz.Building;
using Diffah.Fuzz.Laws;

namespace Diffah.Fuzz.Running;

/// <summary>A class of inputs: how they are built, and which operations they are given to.</summary>
internal abstract class FuzzClass
{
    /// <summary>Its name, as <c>--class</c> takes it.</summary>
    public abstract string Name { get; }

    /// <summary>Hostile inputs that were thought out, not thrown: they run first, each time.</summary>
    public virtual IEnumerable<FuzzInput> HandMade() => [];

    /// <summary>An input of random structure, damaged at some level or not at all.</summary>
    public abstract FuzzInput Build(Dice dice, string origin);

    /// <summary>Gives an input to the engine.</summary>
    /// <exception cref="LawBrokenException">A law does not hold.</exception>
    public abstract Task RunAsync(FuzzInput input, Trial trial);
}
