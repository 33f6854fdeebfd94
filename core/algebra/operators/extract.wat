  ;; Ext in the kernel, which scripts/build-kernel.ts puts into kernel.wat: twins of extractStep and extractLines in extract.ts.

  ;; to = e·from - half·other with e = 1 + half·otherNorm/norm; a row with a norm of 0 on either side stays as it is.
  ;; bound = e·bound + half·otherNorm; norm = 0 where its square is at most share·bound².
  (func (export "extractRows")
    (param $from i32) (param $other i32) (param $to i32) (param $rows i32) (param $dimensions i32)
    (param $half f64) (param $share f64)
    (local $bytes i32) (local $i i32) (local $at i32) (local $left i32)
    (local $norm v128) (local $otherNorm v128) (local $isSilent v128) (local $halves v128) (local $scale v128)
    (local $value v128) (local $square v128) (local $bound v128)
    (local.set $bytes (i32.shl (local.get $rows) (i32.const 3)))
    (loop $nextRows
      (local.set $norm (v128.load (i32.add (local.get $from) (local.get $i))))
      (local.set $otherNorm (v128.load (i32.add (local.get $other) (local.get $i))))
      (local.set $isSilent (v128.or
        (f64x2.eq (local.get $norm) (v128.const f64x2 0 0))
        (f64x2.eq (local.get $otherNorm) (v128.const f64x2 0 0))))
      (local.set $halves (v128.andnot (f64x2.splat (local.get $half)) (local.get $isSilent)))
      (local.set $scale (v128.bitselect
        (v128.const f64x2 1 1)
        (f64x2.add (v128.const f64x2 1 1)
          (f64x2.div (f64x2.mul (f64x2.splat (local.get $half)) (local.get $otherNorm)) (local.get $norm)))
        (local.get $isSilent)))
      (local.set $square (v128.const f64x2 0 0))
      (local.set $at (i32.add (local.get $i) (i32.shl (local.get $bytes) (i32.const 1))))
      (local.set $left (local.get $dimensions))
      (loop $nextDimension
        (local.set $value (f64x2.sub
          (f64x2.mul (local.get $scale) (v128.load (i32.add (local.get $from) (local.get $at))))
          (f64x2.mul (local.get $halves) (v128.load (i32.add (local.get $other) (local.get $at))))))
        (v128.store (i32.add (local.get $to) (local.get $at)) (local.get $value))
        (local.set $square (f64x2.add (local.get $square) (f64x2.mul (local.get $value) (local.get $value))))
        (local.set $at (i32.add (local.get $at) (local.get $bytes)))
        (br_if $nextDimension (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
      (local.set $at (i32.add (local.get $i) (local.get $bytes)))
      (local.set $bound (f64x2.add
        (f64x2.mul (local.get $scale) (v128.load (i32.add (local.get $from) (local.get $at))))
        (f64x2.mul (local.get $halves) (local.get $otherNorm))))
      (v128.store (i32.add (local.get $to) (local.get $at)) (local.get $bound))
      (v128.store (i32.add (local.get $to) (local.get $i)) (v128.andnot
        (f64x2.sqrt (local.get $square))
        (f64x2.le (local.get $square)
          (f64x2.mul (f64x2.mul (f64x2.splat (local.get $share)) (local.get $bound)) (local.get $bound)))))
      (br_if $nextRows (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 16))) (local.get $bytes)))))

  ;; edit = (right - rightNorm/referenceNorm · reference) / 2, 0 where one of the norms is 0; in place of right
  (func (export "extractLine")
    (param $right i32) (param $reference i32) (param $rightNorms i32) (param $referenceNorms i32) (param $count i32)
    (local $end i32) (local $rightNorm v128) (local $referenceNorm v128)
    (local.set $end (i32.add (local.get $right) (i32.shl (local.get $count) (i32.const 3))))
    (loop $next
      (local.set $rightNorm (v128.load (local.get $rightNorms)))
      (local.set $referenceNorm (v128.load (local.get $referenceNorms)))
      (v128.store (local.get $right) (v128.andnot
        (f64x2.mul
          (v128.const f64x2 0.5 0.5)
          (f64x2.sub
            (v128.load (local.get $right))
            (f64x2.mul
              (f64x2.div (local.get $rightNorm) (local.get $referenceNorm))
              (v128.load (local.get $reference)))))
        (v128.or
          (f64x2.eq (local.get $rightNorm) (v128.const f64x2 0 0))
          (f64x2.eq (local.get $referenceNorm) (v128.const f64x2 0 0)))))
      (local.set $reference (i32.add (local.get $reference) (i32.const 16)))
      (local.set $rightNorms (i32.add (local.get $rightNorms) (i32.const 16)))
      (local.set $referenceNorms (i32.add (local.get $referenceNorms) (i32.const 16)))
      (br_if $next
        (i32.lt_u (local.tee $right (i32.add (local.get $right) (i32.const 16))) (local.get $end)))))
